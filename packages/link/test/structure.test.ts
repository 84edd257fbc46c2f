import { expect, test } from 'vitest'
import { project } from './project.ts'

test('contains what users see in the nearest symbol around it', () => {
  const { edges } = project(`
    //- /a.ts
    export class A { method() { function inner() {} const x = 1 } field = 1 }
    export const api = { list() {}, deep: { get: 1 } }
    enum E { X }
    namespace n { export const y = 1 }
    export default { anonymous: 1 }
  `)
  expect(edges('contains')).toEqual([
    'contains a.ts -> a.ts#A exact',
    'contains a.ts -> a.ts#E exact',
    'contains a.ts -> a.ts#api exact',
    'contains a.ts -> a.ts#default exact',
    'contains a.ts -> a.ts#n exact',
    'contains a.ts#A -> a.ts#A.field exact',
    'contains a.ts#A -> a.ts#A.method exact',
    'contains a.ts#A.method -> a.ts#A.method.inner exact',
    'contains a.ts#E -> a.ts#E.X exact',
    'contains a.ts#api -> a.ts#api.deep exact',
    'contains a.ts#api -> a.ts#api.list exact',
    'contains a.ts#api.deep -> a.ts#api.deep.get exact',
    'contains a.ts#default -> a.ts#default.anonymous exact',
    'contains a.ts#n -> a.ts#n.y exact',
  ])
})

test('extends and implements from the class or interface itself', () => {
  const { edges } = project(`
    //- /a.ts
    import { Base, type Shape } from './b'
    import { EventEmitter } from 'node:events'
    interface Local extends Shape, Disposable {}
    class A extends Base implements Shape, Local {}
    class B extends EventEmitter {}
    //- /b.ts
    export class Base {}
    export interface Shape {}
  `)
  expect(edges('extends', 'implements')).toEqual([
    'extends a.ts#A -> b.ts#Base exact',
    'extends a.ts#B -> external:node:events#EventEmitter exact',
    'extends a.ts#Local -> b.ts#Shape exact',
    'extends a.ts#Local -> external:globalThis#Disposable exact',
    'implements a.ts#A -> a.ts#Local exact',
    'implements a.ts#A -> b.ts#Shape exact',
  ])
})

test('overrides the member found first in each base', () => {
  const { edges } = project(`
    //- /a.ts
    class Top { run() {} get size() { return 1 } set size(v) {} static make() {} top() {} }
    class Middle extends Top { run() {} }
    interface Runner { run(): void; size: number }
    class Leaf extends Middle implements Runner {
      run() {}
      get size() { return 2 }
      static make() {}
      top = () => {}
      toString() { return '' }
    }
    class Failure extends Error { message = '' }
  `)
  expect(edges('overrides')).toEqual([
    'overrides a.ts#Leaf.make -> a.ts#Top.make exact',
    'overrides a.ts#Leaf.run -> a.ts#Middle.run exact',
    'overrides a.ts#Leaf.run -> a.ts#Runner.run exact',
    'overrides a.ts#Leaf.size -> a.ts#Runner.size exact',
    'overrides a.ts#Leaf.size -> a.ts#Top.size exact',
    'overrides a.ts#Leaf.top -> a.ts#Top.top exact',
    'overrides a.ts#Middle.run -> a.ts#Top.run exact',
  ])
})

test('shows the nearest named symbol in the place of one without a name', () => {
  const { edges } = project(`
    //- /a.ts
    import thing from './b'
    import Made from './c'
    thing.go()
    new Made().run()
    //- /b.ts
    export default { go() {} }
    //- /c.ts
    export default class { run() {} }
  `)
  expect(edges('calls', 'imports', 'instantiates')).toEqual([
    'calls a.ts -> b.ts#default.go exact',
    'calls a.ts -> c.ts#default.run exact',
    'imports a.ts -> b.ts exact',
    'imports a.ts -> b.ts#default exact',
    'imports a.ts -> c.ts exact',
    'imports a.ts -> c.ts#default exact',
    'instantiates a.ts -> c.ts#default exact',
  ])
})
