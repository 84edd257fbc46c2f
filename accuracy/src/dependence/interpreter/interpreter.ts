import type {
  CatchClause,
  Directive,
  Expression,
  ForInStatement,
  ForOfStatement,
  Node,
  Program,
  Statement,
  SwitchStatement,
  TryStatement,
  VariableDeclaration,
} from 'oxc-parser'
import { isObject } from './contents.ts'
import { decidersOfEnds, decidersOfEscapes, isJump, mayJump, waysOut } from './escaping-jumps.ts'
import { Expressions } from './expressions.ts'
import { type Completion, Ended, type Frame, NotInterpretedError, type Steps, Thrown } from './frame.ts'
import { hoistedNames } from './hoisting.ts'
import { type Event, type Recorder, type Result, TooManyEvents } from './recorder.ts'
import { Scope } from './scope.ts'

/**
 * Runs a program and writes down what each value was made of and what decided about each step.
 *
 * It works on the syntax tree alone and knows nothing of how Forge sees a program. Functions of the language are called as they are: what they
 * give is made of all that they are given.
 */
export class Interpreter extends Expressions {
  readonly #globals = new Scope()

  /**
   * @param globals the functions that a program may call besides those of the language
   */
  constructor(recorder: Recorder, globals: Readonly<Record<string, unknown>>) {
    super(recorder, Object.values(globals))
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      if (/^[A-Z]|^(?:parse|is|decode|encode)/.test(name)) this.#global(name, Reflect.get(globalThis, name))
    }
    for (const [name, value] of Object.entries(globals)) this.#global(name, value)
  }

  /** Runs a program to its end: what it has asked to be done later is done as well. */
  async run(program: Program): Promise<void> {
    const frame = this.frame(new Scope(this.#globals), { self: undefined, args: [], control: [] })
    const step = this.body(program.body, frame).next()
    if (step.done !== true) throw new NotInterpretedError(`${step.value.kind} outside of a function`)
    // No timers: all that is left to do is done before the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.failures.length > 0) throw this.failures[0] as Error
  }

  #global(name: string, value: unknown): void {
    this.#globals.declare(name, true).value = value
  }

  protected *body(statements: readonly (Directive | Statement)[], frame: Frame): Steps<Completion | undefined> {
    for (const name of hoistedNames(statements).variables) frame.scope.declare(name, true)
    return yield* this.#list(statements, frame, true)
  }

  /** @param keeps whether what decides about what follows is kept: at the end of a function */
  *#list(statements: readonly (Directive | Statement)[], frame: Frame, keeps = false): Steps<Completion | undefined> {
    this.#hoist(statements, frame)
    const before = frame.control
    try {
      for (const statement of statements) {
        const first = frame.decisions.length
        const completion = yield* this.#statement(statement, frame)
        if (completion !== undefined) return completion
        frame.control = [...frame.control, ...decided(frame, first, decidersOfEscapes(statement))]
      }
      return undefined
    } finally {
      if (!keeps) frame.control = before
    }
  }

  #hoist(statements: readonly (Directive | Statement)[], frame: Frame): void {
    const { lexical, functions } = hoistedNames(statements)
    for (const name of lexical) frame.scope.declare(name, false)
    for (const node of functions) {
      this.write(frame.scope.declare(node.id!.name, true), this.note(node, this.makeFunction(node, frame), [], frame))
    }
  }

  /** Runs something in a scope of its own. */
  *#scoped<T>(frame: Frame, body: () => Steps<T>): Steps<T> {
    const { scope } = frame
    frame.scope = new Scope(scope)
    try {
      return yield* body()
    } finally {
      frame.scope = scope
    }
  }

  #block(statements: readonly Statement[], frame: Frame): Steps<Completion | undefined> {
    return this.#scoped(frame, () => this.#list(statements, frame))
  }

  *#statement(
    statement: Directive | Statement,
    frame: Frame,
    labels: readonly string[] = [],
  ): Steps<Completion | undefined> {
    this.step()
    switch (statement.type) {
      case 'ExpressionStatement':
        yield* this.evaluate(statement.expression, frame)
        return undefined
      case 'VariableDeclaration':
        yield* this.#declare(statement, frame)
        return undefined
      case 'FunctionDeclaration':
      case 'EmptyStatement':
        return undefined
      case 'ClassDeclaration':
        this.write(frame.scope.find(statement.id!.name)!, yield* this.makeClass(statement, frame))
        return undefined
      case 'BlockStatement':
        return yield* this.#block(statement.body, frame)
      case 'IfStatement': {
        const test = yield* this.evaluate(statement.test, frame)
        frame.decisions.push({ by: statement, event: test.event })
        const chosen = test.value ? statement.consequent : statement.alternate
        if (chosen === null) return undefined
        const before = mayJump([chosen]) ? frame.waysOut.get(statement) : undefined
        if (before === undefined) return yield* this.under(frame, [test.event], () => this.#statement(chosen, frame))
        frame.control = before
        return yield* this.#statement(chosen, frame)
      }
      case 'ReturnStatement': {
        const given = statement.argument === null ? undefined : yield* this.evaluate(statement.argument, frame)
        return { kind: 'return', result: this.note(statement, given?.value, [given?.event], frame) }
      }
      case 'ThrowStatement': {
        const given = yield* this.evaluate(statement.argument, frame)
        throw new Thrown(this.note(statement, given.value, [given.event], frame))
      }
      case 'BreakStatement':
      case 'ContinueStatement':
        this.note(statement, undefined, [], frame)
        return { kind: statement.type === 'BreakStatement' ? 'break' : 'continue', label: statement.label?.name }
      case 'LabeledStatement': {
        const { name } = statement.label
        const completion = yield* this.#statement(statement.body, frame, [...labels, name])
        return completion?.kind === 'break' && completion.label === name ? undefined : completion
      }
      case 'WhileStatement':
      case 'DoWhileStatement':
        return yield* this.#loop(statement, frame, labels)
      case 'ForStatement':
        return yield* this.#scoped(frame, () => this.#loop(statement, frame, labels))
      case 'ForOfStatement':
      case 'ForInStatement':
        return yield* this.#forEach(statement, frame, labels)
      case 'SwitchStatement':
        return yield* this.#scoped(frame, () => this.#switch(statement, frame))
      case 'TryStatement':
        return yield* this.#try(statement, frame)
      default:
        throw new NotInterpretedError(statement.type)
    }
  }

  *#declare({ kind, declarations }: VariableDeclaration, frame: Frame): Steps<void> {
    for (const { id, init } of declarations) {
      if (init !== null) {
        yield* this.bind(id, yield* this.named(init, id, frame), frame, kind === 'var' ? 'assign' : 'declare')
      } else if (kind !== 'var' && id.type === 'Identifier') {
        this.write(frame.scope.find(id.name)!, this.note(id, undefined, [], frame))
      }
    }
  }

  *#try({ block, handler, finalizer }: TryStatement, frame: Frame): Steps<Completion | undefined> {
    let outcome = yield* this.#attempt(frame, () => this.#block(block.body, frame))
    const { thrown } = outcome
    if (handler !== null && thrown !== undefined && !(thrown instanceof Ended)) {
      const given = thrown instanceof Thrown ? thrown.result : this.noteError(handler, thrown)
      outcome = yield* this.#attempt(frame, () =>
        // What decided about the throw decides about the handler.
        this.under(frame, given.event.control, () => this.#handler(handler, given, frame)),
      )
    }
    if (finalizer !== null) {
      const completion = yield* this.#block(finalizer.body, frame)
      if (completion !== undefined) return completion
    }
    if (outcome.thrown !== undefined) throw outcome.thrown
    return outcome.completion
  }

  *#attempt(
    frame: Frame,
    body: () => Steps<Completion | undefined>,
  ): Steps<{ readonly completion?: Completion | undefined; readonly thrown?: Error }> {
    try {
      return { completion: yield* body() }
    } catch (error) {
      if (error instanceof TooManyEvents || error instanceof NotInterpretedError) throw error
      return { thrown: error as Error }
    }
  }

  #handler({ param, body }: CatchClause, thrown: Result, frame: Frame): Steps<Completion | undefined> {
    return this.#scoped(frame, () => this.#handle(param, body.body, { thrown, frame }))
  }

  *#handle(
    param: CatchClause['param'],
    statements: readonly Statement[],
    { thrown, frame }: { readonly thrown: Result; readonly frame: Frame },
  ): Steps<Completion | undefined> {
    if (param !== null) yield* this.bind(param, thrown, frame, 'declare')
    return yield* this.#block(statements, frame)
  }

  *#loop(
    loop: Extract<Statement, { type: 'WhileStatement' | 'DoWhileStatement' | 'ForStatement' }>,
    frame: Frame,
    labels: readonly string[],
  ): Steps<Completion | undefined> {
    if (loop.type === 'ForStatement' && loop.init !== null) yield* this.#initialise(loop.init, frame)
    const { test, body } = loop
    const before = frame.control
    const ends = decidersOfEnds(body, labels)
    // A condition that is written as a constant decides nothing.
    const isEndless = test === null || (test.type === 'Literal' && test.value === true)
    if (isEndless) for (const way of waysOut(body, labels)) frame.waysOut.set(way, before)
    try {
      for (let isFirst = true; ; isFirst = false) {
        if (!isEndless && !(isFirst && loop.type === 'DoWhileStatement')) {
          const { value, event } = yield* this.evaluate(test, frame)
          frame.decisions.push({ by: loop, event })
          frame.control = [...frame.control, event]
          if (!value) return undefined
        }
        const first = frame.decisions.length
        const end = afterRound(yield* this.#statement(body, frame), labels)
        if (end !== 'next') return end
        frame.control = [...frame.control, ...decided(frame, first, ends)]
        if (loop.type !== 'ForStatement') continue
        frame.scope = frame.scope.copy()
        if (loop.update !== null) yield* this.evaluate(loop.update, frame)
      }
    } finally {
      frame.control = before
    }
  }

  *#initialise(init: VariableDeclaration | Expression, frame: Frame): Steps<void> {
    if (init.type !== 'VariableDeclaration') {
      yield* this.evaluate(init, frame)
      return
    }
    this.#hoist([init], frame)
    yield* this.#declare(init, frame)
  }

  *#forEach(
    loop: ForOfStatement | ForInStatement,
    frame: Frame,
    labels: readonly string[],
  ): Steps<Completion | undefined> {
    const over = yield* this.evaluate(loop.right, frame)
    const { scope, control } = frame
    const ends = decidersOfEnds(loop.body, labels)
    const elements = this.#elementsOf(loop, over, frame)
    let isDone = false
    try {
      for (;;) {
        const next = yield* elements.next()
        isDone = next.done === true
        if (next.done === true) return undefined
        const element = next.value
        frame.decisions.push({ by: loop, event: element.event })
        frame.control = [...frame.control, element.event]
        frame.scope = new Scope(scope)
        yield* this.#bindElement(loop.left, element, frame)
        const first = frame.decisions.length
        const end = afterRound(yield* this.#statement(loop.body, frame), labels)
        if (end !== 'next') return end
        frame.scope = scope
        frame.control = [...frame.control, ...decided(frame, first, ends)]
      }
    } finally {
      frame.scope = scope
      frame.control = control
      if (!isDone) elements.end()
    }
  }

  /** What a loop goes through. */
  #elementsOf(loop: ForOfStatement | ForInStatement, over: Result, frame: Frame): Elements {
    const isAwaited = loop.type === 'ForOfStatement' && loop.await
    if (isAwaited && isObject(over.value) && Symbol.asyncIterator in over.value) {
      const iterator = (over.value as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      return {
        next: () => this.#nextOf(iterator, { loop, over }, frame),
        end: () => void iterator.return?.(),
      }
    }
    const elements = loop.type === 'ForInStatement' ? this.#keys(loop, over, frame) : this.elements(loop, over, frame)
    return {
      next: () => this.#nextElement(elements, { loop, isAwaited }, frame),
      end: () => void elements.return(undefined),
    }
  }

  *#nextOf(
    iterator: AsyncIterator<unknown>,
    { loop, over }: { readonly loop: Node; readonly over: Result },
    frame: Frame,
  ): Steps<IteratorResult<Result, undefined>> {
    const asked = this.natively(over.event, () => iterator.next())
    const { value } = yield* this.wait(loop, { value: asked, event: over.event }, frame)
    const step = value as IteratorResult<unknown>
    if (step.done === true) return { done: true, value: undefined }
    return { done: false, value: this.note(loop, step.value, [over.event, this.given.get(iterator)], frame) }
  }

  *#nextElement(
    elements: Generator<Result, undefined>,
    { loop, isAwaited }: { readonly loop: Node; readonly isAwaited: boolean },
    frame: Frame,
  ): Steps<IteratorResult<Result, undefined>> {
    const next = elements.next()
    if (!isAwaited || next.done === true) return next
    return { done: false, value: yield* this.wait(loop, next.value, frame) }
  }

  *#bindElement(left: Node, element: Result, frame: Frame): Steps<void> {
    if (left.type !== 'VariableDeclaration') yield* this.bind(left, element, frame, 'assign')
    else yield* this.bind(left.declarations[0]!.id, element, frame, left.kind === 'var' ? 'assign' : 'declare')
  }

  *#keys(node: Node, over: Result, frame: Frame): Generator<Result, undefined> {
    const object = new Object(over.value)
    for (const key in object) yield this.note(node, key, [over.event, ...this.contents.of(object)], frame)
    return undefined
  }

  *#switch(statement: SwitchStatement, frame: Frame): Steps<Completion | undefined> {
    const { cases } = statement
    const on = yield* this.evaluate(statement.discriminant, frame)
    const { control } = frame
    this.#hoist(
      cases.flatMap(({ consequent }) => consequent),
      frame,
    )
    try {
      const tests: { readonly index: number; readonly event: Event }[] = []
      let entered = cases.findIndex(({ test }) => test === null)
      for (const [index, one] of cases.entries()) {
        if (one.test === null) continue
        const test = yield* this.evaluate(one.test, frame)
        const { value, event } = this.note(one, test.value === on.value, [test.event, on.event], frame)
        if (decidesAboutEscapes(statement, index)) frame.decisions.push({ by: statement, event })
        tests.push({ index, event })
        frame.control = [...frame.control, event]
        if (value === false) continue
        entered = index
        break
      }
      const jumps: Event[] = []
      for (let group = entered; group >= 0 && group < cases.length; group++) {
        const deciding = tests.filter(({ index }) => decidesAbout(statement, index, group))
        frame.control = [...control, ...deciding.map(({ event }) => event), ...jumps]
        for (const one of cases[group]!.consequent) {
          const first = frame.decisions.length
          const completion = yield* this.#statement(one, frame)
          if (completion?.kind === 'break' && completion.label === undefined) return undefined
          if (completion !== undefined) return completion
          const escaped = decided(frame, first, decidersOfEscapes(one))
          frame.control = [...frame.control, ...escaped]
          jumps.push(...escaped)
        }
      }
      return undefined
    } finally {
      frame.control = control
    }
  }
}

/** What a loop goes through, an element at a time. */
interface Elements {
  next(): Steps<IteratorResult<Result, undefined>>
  end(): void
}

/** What was decided by some nodes since there were `first` decisions. */
function decided({ decisions }: Frame, first: number, by: ReadonlySet<Node>): Event[] {
  if (by.size === 0) return []
  return decisions.slice(first).flatMap((decision) => (by.has(decision.by) ? [decision.event] : []))
}

/** What a loop does after a round: `next`, or end with a completion. */
function afterRound(completion: Completion | undefined, labels: readonly string[]): 'next' | Completion | undefined {
  if (completion === undefined) return 'next'
  const isOwn = completion.label === undefined || labels.includes(completion.label)
  if (completion.kind === 'continue' && isOwn) return 'next'
  return completion.kind === 'break' && completion.label === undefined ? undefined : completion
}

/** Whether the test of a case decides, by itself, if the statements of a case are executed. */
function decidesAbout({ cases }: SwitchStatement, test: number, group: number): boolean {
  const isCertain = (entry: number): boolean => {
    for (let at = entry; at >= 0 && at < cases.length; at++) {
      if (at === group) return true
      if (mayJump(cases[at]!.consequent)) return false
    }
    return false
  }
  return isCertain(test) !== entriesWithout(cases, test).every(isCertain)
}

/** Whether the test of a case decides, by itself, if a switch is left by a jump instead of at its end. */
function decidesAboutEscapes({ cases }: SwitchStatement, test: number): boolean {
  const escapes = (entry: number): boolean => {
    for (let at = entry; at >= 0 && at < cases.length; at++) {
      const { consequent } = cases[at]!
      if (mayJump(consequent.filter((one) => one.type !== 'BreakStatement' || one.label !== null))) return true
      const last = consequent.at(-1)
      if (last !== undefined && isJump(last)) return false
    }
    return false
  }
  return escapes(test) !== entriesWithout(cases, test).some(escapes)
}

/** The cases where a switch may begin when the test of one fails; -1 for none of them. */
function entriesWithout(cases: SwitchStatement['cases'], test: number): number[] {
  const later = [...cases.keys()].filter((at) => at > test && cases[at]!.test !== null)
  return [...later, cases.findIndex((one) => one.test === null)]
}
