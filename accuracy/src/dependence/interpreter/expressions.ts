import type {
  Argument,
  ArrowFunctionExpression,
  AssignmentExpression,
  CallExpression,
  Class,
  Directive,
  Expression,
  Function as FunctionNode,
  MemberExpression,
  Node,
  ObjectExpression,
  PropertyKey as PropertyKeyNode,
  Statement,
  UpdateExpression,
  YieldExpression,
} from 'oxc-parser'
import { isObject } from './contents.ts'
import {
  type Call,
  type ClassBody,
  type Closure,
  type Completion,
  Ended,
  type Frame,
  NotInterpretedError,
  type Pause,
  type Steps,
  Thrown,
} from './frame.ts'
import { LanguageCalls } from './language-calls.ts'
import type { Spot } from './objects.ts'
import { binary, unary } from './operators.ts'
import type { Event, Result } from './recorder.ts'
import { type Cell, Scope } from './scope.ts'

type FunctionNodes = FunctionNode | ArrowFunctionExpression

/** An optional chain has come upon nothing. */
class Skipped extends Error {
  readonly at: Result

  constructor(at: Result) {
    super('skipped')
    this.at = at
  }
}

/** Evaluates expressions, writes to targets, makes and calls functions and classes. */
export abstract class Expressions extends LanguageCalls {
  #activations = 0

  /** Runs the statements of a function. */
  protected abstract body(statements: readonly (Directive | Statement)[], frame: Frame): Steps<Completion | undefined>

  protected frame(
    scope: Scope,
    of: Pick<Frame, 'self' | 'args' | 'control'> & Partial<Pick<Frame, 'closure' | 'construction'>>,
  ): Frame {
    return {
      closure: undefined,
      construction: undefined,
      ...of,
      scope,
      decisions: [],
      waysOut: new Map(),
      activation: this.#activations++,
    }
  }

  /** Runs something while some events decide about it. */
  protected *under<T>(frame: Frame, events: readonly Event[], body: () => Steps<T>): Steps<T> {
    const before = frame.control
    frame.control = [...before, ...events]
    try {
      return yield* body()
    } finally {
      frame.control = before
    }
  }

  protected *evaluate(node: Expression, frame: Frame): Steps<Result> {
    switch (node.type) {
      case 'Literal': {
        const { value } = node
        return this.note(node, value instanceof RegExp ? new RegExp(value.source, value.flags) : value, [], frame)
      }
      case 'TemplateLiteral': {
        const parts: Result[] = []
        for (const one of node.expressions) parts.push(yield* this.evaluate(one, frame))
        const causes = parts.flatMap(({ value, event }) => [event, ...this.contents.allIn(value)])
        const before = this.note(node, undefined, causes, frame)
        return this.natively(before.event, (given) => {
          const texts = parts.map(({ value }) => String(value))
          const text = node.quasis.map(({ value }, index) => `${value.cooked}${texts[index] ?? ''}`).join('')
          return this.note(node, text, [before.event, ...given], frame)
        })
      }
      case 'Identifier': {
        if (node.name === 'undefined') return this.note(node, undefined, [], frame)
        const cell = this.cell(node.name, frame)
        return this.note(node, cell.value, [cell.event], frame)
      }
      case 'ThisExpression': {
        const self = this.#self(frame)
        return this.note(node, self?.value, [self?.event], frame)
      }
      case 'MetaProperty': {
        const { construction } = this.#own(frame)
        return this.note(node, construction?.newTarget, [construction?.call], frame)
      }
      case 'ArrayExpression': {
        const elements: Result[] = []
        for (const one of node.elements) {
          if (one === null) throw new NotInterpretedError('a hole in an array')
          if (one.type === 'SpreadElement') {
            elements.push(...this.elements(one, yield* this.evaluate(one.argument, frame), frame))
          } else elements.push(yield* this.evaluate(one, frame))
        }
        return this.list(node, elements, frame)
      }
      case 'ObjectExpression':
        return yield* this.#object(node, frame)
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.note(node, this.makeFunction(node, frame), [], frame)
      case 'ClassExpression':
        return yield* this.makeClass(node, frame)
      case 'UnaryExpression': {
        if (node.operator === 'delete') return yield* this.#delete(node.argument, frame)
        if (node.operator === 'typeof' && node.argument.type === 'Identifier') {
          if (frame.scope.find(node.argument.name) === undefined) return this.note(node, 'undefined', [], frame)
        }
        const { value, event } = yield* this.evaluate(node.argument, frame)
        return this.note(node, unary(node.operator, value), [event], frame)
      }
      case 'BinaryExpression': {
        const left =
          node.left.type === 'PrivateIdentifier'
            ? this.note(node.left, `#${node.left.name}`, [], frame)
            : yield* this.evaluate(node.left, frame)
        const right = yield* this.evaluate(node.right, frame)
        const sought = node.operator === 'in' ? this.contents.writer(right.value, left.value as string) : undefined
        const before = this.note(node, undefined, [left.event, right.event, sought], frame)
        return this.natively(before.event, (given) =>
          this.note(node, binary(node.operator, left.value, right.value), [before.event, ...given], frame),
        )
      }
      case 'LogicalExpression': {
        const left = yield* this.evaluate(node.left, frame)
        if (!goesOn(node.operator, left.value)) return this.note(node, left.value, [left.event], frame)
        const right = yield* this.under(frame, [left.event], () => this.evaluate(node.right, frame))
        return this.note(node, right.value, [left.event, right.event], frame)
      }
      case 'ConditionalExpression': {
        const test = yield* this.evaluate(node.test, frame)
        const chosen = yield* this.under(frame, [test.event], () =>
          this.evaluate(test.value ? node.consequent : node.alternate, frame),
        )
        return this.note(node, chosen.value, [test.event, chosen.event], frame)
      }
      case 'AssignmentExpression':
        return yield* this.#assign(node, frame)
      case 'UpdateExpression':
        return yield* this.#update(node, frame)
      case 'SequenceExpression': {
        let last: Result | undefined
        for (const one of node.expressions) last = yield* this.evaluate(one, frame)
        return last!
      }
      case 'ParenthesizedExpression':
        return yield* this.evaluate(node.expression, frame)
      case 'ChainExpression':
        try {
          return yield* this.evaluate(node.expression, frame)
        } catch (error) {
          if (error instanceof Skipped) return this.note(node, undefined, [error.at.event], frame)
          throw error
        }
      case 'MemberExpression': {
        const access = yield* this.#member(node, frame)
        if (node.optional && access.object.value == null) throw new Skipped(access.object)
        return this.get(node, { ...access, key: yield* access.key() }, frame)
      }
      case 'CallExpression':
        return yield* this.#call(node, frame)
      case 'NewExpression': {
        const callee = yield* this.evaluate(node.callee, frame)
        const args = yield* this.#arguments(node.arguments, frame)
        const event = this.noteCall(node, [callee.event], frame)
        return this.#construct(node, { callee: callee.value as object, args, event }, frame)
      }
      case 'AwaitExpression':
        return yield* this.wait(node, yield* this.evaluate(node.argument, frame), frame)
      case 'YieldExpression':
        return yield* this.#yield(node, frame)
      default:
        throw new NotInterpretedError(node.type)
    }
  }

  protected *wait(node: Node, given: Result, frame: Frame): Steps<Result> {
    const { value, event } = yield { kind: 'await', given }
    return this.note(node, value, [event, given.event], frame)
  }

  *#yield(node: YieldExpression, frame: Frame): Steps<Result> {
    const given = node.argument === null ? undefined : yield* this.evaluate(node.argument, frame)
    if (!node.delegate) {
      const { value, event } = yield {
        kind: 'yield',
        given: this.note(node, given?.value, [given?.event], frame),
      }
      return this.note(node, value, [event], frame)
    }
    const elements = this.elements(node, given!, frame)
    let last = elements.next()
    for (; last.done !== true; last = elements.next()) yield { kind: 'yield', given: last.value }
    const cause = isObject(given!.value) ? this.given.get(given!.value) : undefined
    return this.note(node, isObject(given!.value) ? this.returned.get(given!.value) : undefined, [cause], frame)
  }

  // Variables and targets

  protected cell(name: string, frame: Frame): Cell {
    const cell = frame.scope.find(name)
    if (cell === undefined || !cell.isReady) throw new ReferenceError(`${name} is not defined`)
    return cell
  }

  protected write(cell: Cell, { value, event }: Result): void {
    Object.assign(cell, { value, event, isReady: true })
  }

  /** Evaluates what a variable is given; a function without a name gets that of the variable. */
  protected *named(init: Expression, target: Node, frame: Frame): Steps<Result> {
    const result = yield* this.evaluate(init, frame)
    const isNameless = init.type === 'ArrowFunctionExpression' || ('id' in init && init.id === null)
    if (isNameless && target.type === 'Identifier' && typeof result.value === 'function') {
      Object.defineProperty(result.value, 'name', { value: target.name, configurable: true })
    }
    return result
  }

  /** Gives a pattern, a variable or a property a value. */
  protected *bind(target: Node, given: Result, frame: Frame, how: 'declare' | 'assign'): Steps<void> {
    switch (target.type) {
      case 'Identifier': {
        const written = this.note(target, given.value, [given.event], frame)
        this.write(how === 'declare' ? frame.scope.declare(target.name, true) : this.cell(target.name, frame), written)
        return
      }
      case 'MemberExpression': {
        const access = yield* this.#member(target, frame)
        this.set(target, { ...access, key: yield* access.key(), value: given }, frame)
        return
      }
      case 'AssignmentPattern': {
        let value = given
        if (given.value === undefined) {
          const fallback = yield* this.under(frame, [given.event], () => this.named(target.right, target.left, frame))
          value = this.note(target, fallback.value, [fallback.event, given.event], frame)
        }
        yield* this.bind(target.left, value, frame, how)
        return
      }
      case 'ArrayPattern': {
        const elements = this.elements(target, given, frame)
        let isDone = false
        for (const one of target.elements) {
          if (one?.type === 'RestElement') {
            isDone = true
            yield* this.bind(one.argument, this.list(one, [...elements], frame), frame, how)
            break
          }
          const next: IteratorResult<Result, undefined> | undefined = isDone ? undefined : elements.next()
          isDone = next === undefined || next.done === true
          const length = this.contents.writer(given.value, 'length')
          const element = next?.value ?? this.note(target, undefined, [given.event, length], frame)
          if (one !== null) yield* this.bind(one, element, frame, how)
        }
        if (!isDone) elements.return(undefined)
        return
      }
      case 'ObjectPattern': {
        const taken = new Set<unknown>()
        for (const property of target.properties) {
          if (property.type === 'RestElement') {
            const rest = this.note(property, {}, [given.event], frame)
            this.copy(property, { from: given, to: rest.value as object, except: taken }, frame)
            yield* this.bind(property.argument, rest, frame, how)
            continue
          }
          const key = yield* this.#key(property.key, property.computed, frame)
          taken.add(key.value)
          yield* this.bind(property.value, this.get(property, { object: given, key }, frame), frame, how)
        }
        return
      }
      default:
        throw new NotInterpretedError(target.type)
    }
  }

  /** Evaluates the object of a member; its key when that is asked for. */
  *#member(
    node: MemberExpression,
    frame: Frame,
  ): Steps<{ readonly object: Result; readonly from: unknown; readonly key: () => Steps<Result> }> {
    const key = (): Steps<Result> => this.#key(node.property, node.computed, frame)
    if (node.object.type === 'Super') {
      const { closure } = this.#own(frame)
      return { object: this.#self(frame)!, from: Object.getPrototypeOf(closure!.home!), key }
    }
    const object = yield* this.evaluate(node.object, frame)
    return { object, from: object.value, key }
  }

  *#key(node: PropertyKeyNode, isComputed: boolean, frame: Frame): Steps<Result> {
    // A name that is written is no value that could be another one.
    if (isComputed && node.type !== 'Literal') {
      const { value, event } = yield* this.evaluate(node as Expression, frame)
      return { value: typeof value === 'symbol' ? value : String(value), event }
    }
    const { event } = this.note(node, undefined, [], frame)
    if (node.type === 'PrivateIdentifier') return { value: `#${node.name}`, event }
    if (node.type === 'Identifier') return { value: node.name, event }
    return { value: node.type === 'Literal' ? String(node.value) : undefined, event }
  }

  *#assign(node: AssignmentExpression, frame: Frame): Steps<Result> {
    const { left: target, operator } = node
    if (operator === '=') {
      if (target.type !== 'MemberExpression') {
        const value = yield* this.named(node.right, target, frame)
        yield* this.bind(target, value, frame, 'assign')
        return value
      }
      const access = yield* this.#member(target, frame)
      const key = yield* access.key()
      const value = yield* this.evaluate(node.right, frame)
      this.set(target, { ...access, key, value }, frame)
      return value
    }
    const place = yield* this.#place(target, frame)
    const before = place.read()
    if (operator === '&&=' || operator === '||=' || operator === '??=') {
      if (!goesOn(operator.slice(0, 2), before.value)) return before
      yield* this.under(
        frame,
        [before.event],
        function* (this: Expressions): Steps<void> {
          place.write(yield* this.named(node.right, target, frame))
        }.bind(this),
      )
      return place.read()
    }
    const value = yield* this.evaluate(node.right, frame)
    const made = binary(operator.slice(0, -1) as '+', before.value, value.value)
    const result = this.note(node, made, [before.event, value.event], frame)
    place.write(result)
    return result
  }

  *#update(node: UpdateExpression, frame: Frame): Steps<Result> {
    const place = yield* this.#place(node.argument, frame)
    const before = place.read()
    const made = Number(before.value) + (node.operator === '++' ? 1 : -1)
    const after = this.note(node, made, [before.event], frame)
    place.write(after)
    return node.prefix ? after : before
  }

  /** A variable or a property that is read and written. */
  *#place(target: Node, frame: Frame): Steps<{ readonly read: () => Result; readonly write: (value: Result) => void }> {
    if (target.type === 'Identifier') {
      const cell = this.cell(target.name, frame)
      return {
        read: () => this.note(target, cell.value, [cell.event], frame),
        write: ({ value, event }) => {
          this.write(cell, this.note(target, value, [event], frame))
        },
      }
    }
    if (target.type !== 'MemberExpression') throw new NotInterpretedError(target.type)
    const access = yield* this.#member(target, frame)
    const key = yield* access.key()
    return {
      read: () => this.get(target, { ...access, key }, frame),
      write: (value) => {
        this.set(target, { ...access, key, value }, frame)
      },
    }
  }

  *#delete(argument: Expression, frame: Frame): Steps<Result> {
    const target = argument.type === 'ChainExpression' ? argument.expression : argument
    if (target.type !== 'MemberExpression') throw new NotInterpretedError(`delete ${target.type}`)
    const access = yield* this.#member(target, frame)
    const key = yield* access.key()
    const { value } = access.object
    const isGone = Reflect.deleteProperty(value as object, key.value as string)
    const result = this.note(target, isGone, [access.object.event, key.event], frame)
    this.contents.wrote(value as object, key.value as string, result.event)
    return result
  }

  *#object(node: ObjectExpression, frame: Frame): Steps<Result> {
    const object = {}
    const made = this.note(node, object, [], frame)
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const from = yield* this.evaluate(property.argument, frame)
        this.copy(property, { from, to: object }, frame)
        continue
      }
      const key = yield* this.#key(property.key, property.computed, frame)
      const name = key.value as string
      const { value: node } = property
      if (property.kind !== 'init' || property.method) {
        this.#method(object, { node: node as FunctionNode, name, kind: property.kind }, frame)
        continue
      }
      const value = yield* this.named(node, property.key, frame)
      this.put(object, name, this.note(property, value.value, [value.event, key.event], frame))
    }
    return made
  }

  // Calls

  *#call(node: CallExpression, frame: Frame): Steps<Result> {
    const { callee } = node
    if (callee.type === 'Super') return yield* this.#superCall(node, frame)
    let called: Result
    let self: Result | undefined
    const target = callee.type === 'ParenthesizedExpression' ? callee.expression : callee
    if (target.type === 'MemberExpression') {
      const access = yield* this.#member(target, frame)
      if (target.optional && access.object.value == null) throw new Skipped(access.object)
      self = access.object
      called = this.get(target, { ...access, key: yield* access.key() }, frame)
    } else called = yield* this.evaluate(target, frame)
    if (node.optional && called.value == null) throw new Skipped(called)
    const args = yield* this.#arguments(node.arguments, frame)
    if (typeof called.value !== 'function') throw new TypeError(`${String(called.value)} is not a function`)
    const event = this.noteCall(node, [called.event], frame)
    const { value } = called
    if (!this.closures.has(value)) return this.callLanguage(node, { callee: value, self, args, event }, frame)
    const given = this.invoke(value, { self, args, event })
    return this.note(node, given.value, [given.event], frame)
  }

  *#superCall(node: CallExpression, frame: Frame): Steps<Result> {
    const args = yield* this.#arguments(node.arguments, frame)
    const own = this.#own(frame)
    const { closure, construction } = own
    const parent = Object.getPrototypeOf(closure!.home!.constructor) as object
    const event = this.noteCall(node, [construction!.call], frame)
    own.self = this.#make(node, { callee: parent, args, event }, construction!.newTarget)
    this.#initialise(own.self, closure!.class!, event)
    return own.self
  }

  *#arguments(nodes: readonly Argument[], frame: Frame): Steps<Result[]> {
    const args: Result[] = []
    for (const node of nodes) {
      if (node.type === 'SpreadElement') {
        args.push(...this.elements(node, yield* this.evaluate(node.argument, frame), frame))
      } else args.push(yield* this.evaluate(node, frame))
    }
    return args
  }

  #construct(
    node: Node,
    { callee, args, event }: { readonly callee: object; readonly args: readonly Result[]; readonly event: Event },
    frame: Frame,
  ): Result {
    const made = this.#make(node, { callee, args, event }, callee)
    return this.note(node, made.value, [made.event], frame)
  }

  /** Makes an object of a class. */
  #make(
    node: Node,
    { callee, args, event }: { readonly callee: object; readonly args: readonly Result[]; readonly event: Event },
    newTarget: object,
  ): Result {
    const closure = this.closures.get(callee)
    if (closure === undefined) return this.makeByLanguage(node, { callee, args, event }, newTarget)
    const construction = { newTarget, call: event }
    const frame = this.frame(new Scope(closure.scope), {
      self: undefined,
      args,
      control: [event],
      closure,
      construction,
    })
    if (closure.class?.isDerived !== true) {
      const made = Object.create((newTarget as { prototype: object }).prototype) as object
      frame.self = { value: made, event: this.noteCall(node, [event], frame) }
      if (closure.class !== undefined) this.#initialise(frame.self, closure.class, event)
    } else if (closure.node === undefined) {
      const parent = Object.getPrototypeOf(callee) as object
      frame.self = this.#make(node, { callee: parent, args, event }, newTarget)
      this.#initialise(frame.self, closure.class, event)
    }
    if (closure.node !== undefined) {
      const given = this.#toEnd(this.#run(closure.node, frame))
      if (isObject(given.value)) return given
    }
    return frame.self!
  }

  /** Gives a new object its fields. */
  #initialise(self: Result, { fields, scope }: ClassBody, event: Event): void {
    const closure = { node: undefined, scope, around: undefined, home: homeOf(self.value), class: undefined }
    const frame = this.frame(new Scope(scope), { self, args: [], control: [event], closure })
    for (const { node, key, value } of fields) {
      if (value === null) {
        this.put(self.value as object, key.value as string, { value: undefined, event: self.event })
        continue
      }
      const given = this.#toEnd(this.evaluate(value, frame))
      const written = this.note(node, given.value, [given.event, key.event], frame)
      this.put(self.value as object, key.value as string, written)
    }
  }

  protected invoke(callee: object, { self, args, event }: Call): Result {
    const closure = this.closures.get(callee)!
    const { node } = closure
    if (node === undefined || closure.class !== undefined) throw new TypeError('a class is called without new')
    const frame = this.frame(new Scope(closure.scope), { self, args, control: [event], closure })
    if (node.generator) {
      const steps = this.#run(node, frame)
      const made: object = node.async ? this.#driveAsync(steps, () => made) : this.#drive(steps, () => made)
      const { prototype } = callee as { readonly prototype?: unknown }
      if (!node.async && isObject(prototype)) Object.setPrototypeOf(made, prototype)
      return this.note(event, made, [event], event)
    }
    if (node.async) return this.note(event, this.#async(this.#run(node, frame)), [event], event)
    return this.#toEnd(this.#run(node, frame))
  }

  /** Runs a function from its parameters to what it gives back. */
  *#run(node: FunctionNodes, frame: Frame): Steps<Result> {
    const { args, scope } = frame
    const [call] = frame.control
    if (node.type !== 'ArrowFunctionExpression' && scope.find('arguments') === undefined) {
      const list = this.list(call!, args, call!)
      this.write(scope.declare('arguments', true), list)
    }
    for (const [index, parameter] of node.params.entries()) {
      if (parameter.type === 'TSParameterProperty') throw new NotInterpretedError(parameter.type)
      if (parameter.type === 'RestElement') {
        yield* this.bind(parameter.argument, this.list(parameter, args.slice(index), frame), frame, 'declare')
        continue
      }
      const given = args[index] ?? { value: undefined, event: call! }
      const passed = this.note(parameter, given.value, [given.event], frame)
      yield* this.bind(parameter, passed, frame, 'declare')
    }
    const { body } = node
    if (body === null) throw new NotInterpretedError('a function without a body')
    if (body.type !== 'BlockStatement') {
      const { value, event } = yield* this.evaluate(body, frame)
      return this.note(body, value, [event], frame)
    }
    const completion = yield* this.body(body.body, frame)
    return completion?.result ?? this.note(nowhere, undefined, [], frame)
  }

  #toEnd<T>(steps: Steps<T>): T {
    const step = steps.next()
    if (step.done !== true) throw new NotInterpretedError(`${step.value.kind} where nobody waits`)
    return step.value
  }

  *#drive(steps: Steps<Result>, self: () => object): Generator<unknown, unknown, unknown> {
    // What is sent first goes nowhere.
    this.takeSent()
    let step = this.#advance(() => steps.next(undefined as never), self())
    while (step.done !== true) {
      let how: 'next' | 'throw' | 'return' = 'return'
      let value: unknown
      try {
        value = yield step.value.given.value
        how = 'next'
      } catch (error) {
        value = error
        how = 'throw'
      } finally {
        if (how === 'return') this.#end(steps)
      }
      // Whether somebody asks for more is no dependence: as whether a loop ends.
      const sent = this.takeSent() ?? { value, event: step.value.given.event }
      const thrown = how === 'throw' ? asThrown(value, sent.event) : undefined
      step = this.#advance(() => (thrown === undefined ? steps.next(sent) : steps.throw(thrown)), self())
    }
    return step.value.value
  }

  async *#driveAsync(steps: Steps<Result>, self: () => object): AsyncGenerator<unknown, unknown, unknown> {
    let step = steps.next(undefined as never)
    while (step.done !== true) {
      const { kind, given } = step.value
      if (kind === 'yield') {
        this.given.set(self(), given.event)
        const value = yield given.value
        step = steps.next({ value, event: given.event })
        continue
      }
      try {
        const value: unknown = await given.value
        step = steps.next({ value, event: this.#settledEvent(given, value) })
      } catch (error) {
        if (error instanceof Thrown) throw error
        step = steps.throw(asThrown(error, this.#settledEvent(given, error)))
      }
    }
    this.given.set(self(), step.value.event)
    return step.value.value
  }

  /** That something that was waited for has come to a value. */
  #settledEvent({ value, event }: Result, settled: unknown): Event {
    return this.note(event, settled, [event, ...this.settledBy(value)], event).event
  }

  #advance(next: () => IteratorResult<Pause, Result>, generator: object): IteratorResult<Pause, Result> {
    const step = next()
    if (step.done !== true && step.value.kind === 'await') throw new NotInterpretedError('await in a generator')
    this.given.set(generator, step.done === true ? step.value.event : step.value.given.event)
    if (step.done === true) this.returned.set(generator, step.value.value)
    return step
  }

  #end(steps: Steps<Result>): void {
    try {
      steps.throw(new Ended('ended'))
    } catch (error) {
      if (!(error instanceof Ended)) throw error
    }
  }

  #async(steps: Steps<Result>): Promise<unknown> {
    const causes: (Event | undefined)[] = []
    let last: unknown
    const promise = new Promise<unknown>((resolve, reject) => {
      const advance = (next: () => IteratorResult<Pause, Result>): void => {
        let step: IteratorResult<Pause, Result>
        try {
          step = next()
        } catch (error) {
          if (error instanceof Thrown) causes.push(error.result.event)
          else this.failed(error)
          reject(error instanceof Thrown ? error.result.value : error)
          return
        }
        if (step.done === true) {
          causes.push(step.value.event)
          last = step.value.value
          resolve(last)
          return
        }
        const { given } = step.value
        const told = (how: 'next' | 'throw') => (settled: unknown) => {
          advance(() => {
            const event = this.#settledEvent(given, settled)
            return how === 'next' ? steps.next({ value: settled, event }) : steps.throw(asThrown(settled, event))
          })
        }
        Promise.resolve(given.value).then(told('next'), told('throw'))
      }
      advance(() => steps.next(undefined as never))
    })
    this.settles(promise, () => [...causes, ...this.settledBy(last)])
    return promise
  }

  // Functions and classes

  protected makeFunction(node: FunctionNodes, frame: Frame, home?: object): object {
    const isArrow = node.type === 'ArrowFunctionExpression'
    let scope = frame.scope
    if (node.type === 'FunctionExpression' && node.id !== null && home === undefined) scope = new Scope(scope)
    const called = (self: unknown, args: readonly unknown[]): unknown => this.calledByLanguage(made, self, args)
    const made = isArrow
      ? (...args: unknown[]): unknown => called(undefined, args)
      : function (this: unknown, ...args: unknown[]): unknown {
          return called(this, args)
        }
    if (scope !== frame.scope) {
      const { name } = (node as FunctionNode).id!
      this.write(scope.declare(name, true), this.note(node, made, [], frame))
    }
    if (node.id !== null) Object.defineProperty(made, 'name', { value: node.id.name, configurable: true })
    const optional = node.params.findIndex(({ type }) => type === 'RestElement' || type === 'AssignmentPattern')
    Object.defineProperty(made, 'length', { value: optional < 0 ? node.params.length : optional, configurable: true })
    if (node.generator && !node.async) Object.assign(made, { prototype: Object.create(generatorPrototype) as object })
    this.closures.set(made, { node, scope, around: isArrow ? frame : undefined, home, class: undefined })
    return made
  }

  #method(
    home: object,
    { node, name, kind }: { readonly node: FunctionNode; readonly name: PropertyKey; readonly kind: string },
    frame: Frame,
    isEnumerable = true,
  ): void {
    const value = this.makeFunction(node, frame, home)
    const { event } = this.note(node, value, [], frame)
    if (kind === 'get' || kind === 'set') {
      const known = Object.getOwnPropertyDescriptor(home, name)
      const functions = { get: known?.get, set: known?.set, [kind]: value } as PropertyDescriptor
      Object.defineProperty(home, name, { ...functions, configurable: true, enumerable: isEnumerable })
    } else {
      Object.defineProperty(value, 'name', { value: String(name), configurable: true })
      Object.defineProperty(home, name, { value, writable: true, configurable: true, enumerable: isEnumerable })
      this.contents.wrote(home, name, event)
    }
  }

  protected *makeClass(node: Class, frame: Frame): Steps<Result> {
    const outer = frame.scope
    const scope = new Scope(outer)
    const parent = node.superClass === null ? undefined : yield* this.evaluate(node.superClass, frame)
    const called = (self: unknown, args: readonly unknown[]): unknown => this.calledByLanguage(made, self, args)
    const made = function (this: unknown, ...args: unknown[]): unknown {
      return called(this, args)
    }
    let home = made.prototype as object
    if (parent !== undefined) {
      Object.setPrototypeOf(made, parent.value as object)
      home = Object.create((parent.value as { readonly prototype: object }).prototype) as object
      Object.defineProperty(home, 'constructor', { value: made, enumerable: false })
      Object.defineProperty(made, 'prototype', { value: home })
    }
    const result = this.note(node, made, [parent?.event], frame)
    if (node.id !== null) {
      Object.defineProperty(made, 'name', { value: node.id.name, configurable: true })
      this.write(scope.declare(node.id.name, true), result)
    }
    const fields: { node: Node; key: Result; value: Expression | null }[] = []
    const written = node.body.body.find((one) => one.type === 'MethodDefinition' && one.kind === 'constructor')
    const classBody: ClassBody = { isDerived: parent !== undefined, fields, scope }
    const closure: Closure = {
      node: written?.type === 'MethodDefinition' ? written.value : undefined,
      scope,
      around: undefined,
      home,
      class: classBody,
    }
    this.closures.set(made, closure)
    frame.scope = scope
    try {
      for (const element of node.body.body) {
        if (element.type === 'StaticBlock') {
          const inside = this.frame(new Scope(scope), { self: result, args: [], control: frame.control, closure })
          yield* this.body(element.body, inside)
        } else if (element.type === 'MethodDefinition') {
          if (element.kind === 'constructor') continue
          const name = (yield* this.#key(element.key, element.computed, frame)).value as string
          this.#method(element.static ? made : home, { node: element.value, name, kind: element.kind }, frame, false)
        } else if (element.type === 'PropertyDefinition') {
          const key = yield* this.#key(element.key, element.computed, frame)
          const field = { node: element, key, value: element.value }
          if (element.static) this.#initialise(result, { ...classBody, fields: [field] }, result.event)
          else fields.push(field)
        } else throw new NotInterpretedError(element.type)
      }
    } finally {
      frame.scope = outer
    }
    return result
  }

  /** The frame that has the `this` of another one. */
  #own(frame: Frame): Frame {
    let at = frame
    while (at.closure?.around !== undefined) at = at.closure.around
    return at
  }

  #self(frame: Frame): Result | undefined {
    return this.#own(frame).self
  }
}

/** Of what is written nowhere. */
const nowhere: Spot = { start: -1 }

const generatorPrototype = Object.getPrototypeOf(function* () {}.prototype) as object

/** Whether a logical operator evaluates its right side. */
function goesOn(operator: string, left: unknown): boolean {
  if (operator === '??') return left === undefined || left === null
  return operator === '&&' ? Boolean(left) : !left
}

function asThrown(value: unknown, event: Event): Error {
  return value instanceof Thrown ? value : new Thrown({ value, event })
}

function homeOf(value: unknown): object | undefined {
  return isObject(value) ? (Object.getPrototypeOf(value) as object) : undefined
}
