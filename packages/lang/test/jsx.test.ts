import { describe, expect, it } from 'vitest'
import { factsOf } from './render.ts'

describe('JSX', () => {
  it('calls components and leaves intrinsic elements alone', () => {
    const facts = factsOf(
      `const el = <Foo.Bar<T> a={x} {...y} b="s" c=<i/>><div data-x={z}>{text}<Baz/>{/* none */}</div><></><svg:path/></Foo.Bar>
class A { render() { return <this.Inner /> } }`,
      { occurrences: true },
      'tsx',
    )
    expect(facts).toMatchInlineSnapshot(`
      "1:13 Foo read -> free Foo
      1:17 Bar call -> free Foo.Bar
      1:21 T type -> free T
      1:27 x read -> free x
      1:34 y read -> free y
      1:63 z read -> free z
      1:67 text read -> free text
      1:73 Baz call -> free Baz
      1:114 Foo read -> free Foo
      1:118 Bar read -> free Foo.Bar
      2:35 Inner call -> this<A>.Inner"
    `)
  })

  it('is read in plain JavaScript', () => {
    const facts = factsOf(
      `export const App = () => <Page title={title} />`,
      { symbols: true, occurrences: true },
      'javascript',
    )
    expect(facts).toMatchInlineSnapshot(`
      "function App [exported]
      object App~hidden [hidden]
      1:27 Page call -> free Page
      1:39 title read -> free title"
    `)
  })
})
