import type {
  Directive,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  IfStatement,
  Statement,
  SwitchStatement,
  TryStatement,
  TSEnumDeclaration,
  TSModuleDeclaration,
  VariableDeclaration,
} from 'oxc-parser'
import { instructionFlag, op } from '@forge/pdg'
import { declareNames, declareStatements, hoistVars } from './declarations.ts'
import { isUsing, emitUsing } from './disposal.ts'
import { emitForItself, lowerNamed } from './expressions.ts'
import { nothing, used } from './function-builder.ts'
import type { Ends, Target } from './function-builder.ts'
import { emitReturn } from './functions.ts'
import { isWhole } from './identity-test.ts'
import type { Lowering, Placed } from './lowering.ts'
import { emitModuleStatement } from './modules.ts'

/** Emits the statements of one scope: its functions are made first. */
export function emitBlock(l: Lowering, body: readonly (Directive | Statement)[]): void {
  declareStatements(l, body)
  for (const node of body) hoistFunction(l, node)
  emitInOrder(l, body)
}

/** Emits statements one after the other; what is declared by `using` is disposed of however they are left. */
function emitInOrder(l: Lowering, body: readonly (Directive | Statement)[]): void {
  for (const [at, node] of body.entries()) {
    emitStatement(l, node)
    if (!isUsing(node)) continue
    emitUsing(l, node, () => emitInOrder(l, body.slice(at + 1)))
    return
  }
}

function hoistFunction(l: Lowering, outer: Directive | Statement): void {
  const isExport = outer.type === 'ExportNamedDeclaration' || outer.type === 'ExportDefaultDeclaration'
  const node = isExport ? outer.declaration : outer
  if (node?.type !== 'FunctionDeclaration' || node.body === null) return
  const { id } = node
  const closure = l.visit.closure(l, node, id?.name ?? 'default', 'function')
  if (id === null) return
  const writes = [l.write(id.name)]
  const hoisted = l.hoistsFunctions ? l.hoisted(id.name) : undefined
  if (hoisted !== undefined && hoisted !== l.find(id.name)) writes.push(l.writeVariable(hoisted))
  l.define([l.b.value(closure)], writes, id)
}

function inBlock(l: Lowering, body: readonly (Directive | Statement)[]): void {
  l.inScope(() => emitBlock(l, body))
}

/** Emits a statement that is the body of another one: a function declared there has a scope of its own. */
function emitInner(l: Lowering, node: Statement): void {
  if (node.type === 'FunctionDeclaration') inBlock(l, [node])
  else emitStatement(l, node)
}

/** Emits one statement whose scope has its declarations already. */
export function emitStatement(l: Lowering, node: Directive | Statement): void {
  const { b } = l
  switch (node.type) {
    case 'ExpressionStatement':
      if (!('directive' in node) || node.directive === null || node.directive === undefined)
        emitForItself(l, node.expression)
      return
    case 'VariableDeclaration':
      emitVariables(l, node)
      return
    case 'ReturnStatement':
      emitReturn(l, node.argument === null ? nothing : l.visit.expression(l, node.argument), node)
      return
    case 'IfStatement':
      if (l.labels.length === 0) emitIf(l, node)
      else breakable(l, null, () => emitIf(l, node))
      return
    case 'BlockStatement':
      breakable(l, null, () => inBlock(l, node.body))
      return
    case 'ClassDeclaration': {
      if (node.declare === true) return
      const made = l.visit.class(l, node, node.id?.name ?? '')
      if (node.id !== null) l.define([b.value(made)], [l.write(node.id.name)], node.id)
      return
    }
    case 'ForStatement':
      emitFor(l, node)
      return
    case 'ForInStatement':
    case 'ForOfStatement':
      emitForEach(l, node)
      return
    case 'WhileStatement':
      loop(l, (continues) => {
        const head = b.count
        const leaves = l.visit.condition(l, node.test)
        emitInner(l, node.body)
        b.join(continues.ends)
        b.link(b.cut(), head)
        return leaves
      })
      return
    case 'DoWhileStatement':
      loop(l, (continues) => {
        const head = b.count
        emitInner(l, node.body)
        b.join(continues.ends)
        const leaves = l.visit.condition(l, node.test)
        b.link(b.cut(), head)
        return leaves
      })
      return
    case 'SwitchStatement':
      emitSwitch(l, node)
      return
    case 'ThrowStatement':
      b.throw(b.emit(op.throw, node.start, node.end, [...l.visit.expression(l, node.argument), b.throwsTo()]))
      return
    case 'TryStatement':
      emitTry(l, node)
      return
    case 'LabeledStatement':
      l.labels.push(node.label.name)
      emitStatement(l, node.body)
      l.labels.length = 0
      return
    case 'BreakStatement':
    case 'ContinueStatement': {
      const target = targetOf(l, node.type === 'BreakStatement', node.label?.name ?? null)
      const jump = b.emit(op.jump, node.start, node.end)
      if (target !== null) b.jump(jump, target)
      return
    }
    case 'WithStatement':
      emitForItself(l, node.object)
      emitInner(l, node.body)
      return
    case 'TSEnumDeclaration':
      if (!node.declare) emitEnum(l, node)
      return
    case 'TSModuleDeclaration':
      if (!node.declare && node.kind !== 'global') emitNamespace(l, node)
      return
    default:
      emitModuleStatement(l, node, emitStatement)
  }
}

/** Emits what `break` and `continue` may leave; `null` where there is nothing to continue. */
function breakable(l: Lowering, continues: Target | null, body: () => void): void {
  const { labels, b } = l
  l.labels = []
  const own = continues === null ? labels : [null, ...labels]
  if (own.length === 0) {
    body()
    return
  }
  const breaks = b.target('break')
  l.breakables.push({ labels: own, breaks, continues })
  body()
  l.breakables.pop()
  b.join(breaks.ends)
}

/** Emits a loop; `body` gives the ways out of it. */
function loop(l: Lowering, body: (continues: Target) => Ends): void {
  const continues = l.b.target('continue')
  breakable(l, continues, () => {
    const leaves = body(continues)
    l.b.join(leaves)
  })
}

function targetOf(l: Lowering, isBreak: boolean, label: string | null): Target | null {
  for (const { labels, breaks, continues } of l.breakables.toReversed()) {
    if (labels.includes(label) && (isBreak || continues !== null)) return isBreak ? breaks : continues
  }
  return null
}

function emitVariables(l: Lowering, node: VariableDeclaration): void {
  if (node.declare === true) return
  for (const declarator of node.declarations) {
    const { id, init } = declarator
    if (init === null) {
      if (id.type === 'Identifier' && node.kind !== 'var') l.define(nothing, [l.write(id.name)], declarator)
      continue
    }
    const value = lowerNamed(l, init, id.type === 'Identifier' ? id.name : '')
    l.visit.assign(l, id, value, declarator)
  }
}

function emitIf(l: Lowering, outermost: IfStatement): void {
  const { b } = l
  const done: Ends = []
  let node: Statement | null = outermost
  while (node !== null && node.type === 'IfStatement') {
    const fails: Ends = l.visit.condition(l, node.test)
    emitInner(l, node.consequent)
    done.push(...b.cut())
    b.join(fails)
    node = node.alternate
  }
  if (node !== null) emitInner(l, node)
  b.join(done)
}

function emitFor(l: Lowering, node: ForStatement): void {
  const { b } = l
  const { init, test, update, body } = node
  l.inScope(() => {
    const { labels } = l
    if (init?.type === 'VariableDeclaration') {
      declareStatements(l, [init])
      l.labels = []
      emitVariables(l, init)
      l.labels = labels
    } else if (init !== null) {
      emitForItself(l, init)
    }
    loop(l, (continues) => {
      const head = b.count
      const leaves = test === null ? [] : l.visit.condition(l, test)
      if (test === null) b.loopHead(node.start, body.start)
      emitInner(l, body)
      b.join(continues.ends)
      if (update !== null) emitForItself(l, update)
      b.link(b.cut(), head)
      return leaves
    })
  })
}

function emitForEach(l: Lowering, node: ForInStatement | ForOfStatement): void {
  const { b } = l
  const { left, right, body } = node
  l.inScope(() => {
    const place: Placed = { start: left.start, end: right.end }
    const source = l.materialise(l.visit.expression(l, right), right)
    if (left.type === 'VariableDeclaration') declareStatements(l, [left])
    loop(l, (continues) => {
      const head = b.count
      const elements = b.read(b.propertyLocation(b.valueLocation(source), null))
      const iterate = b.emit(op.iterate, place.start, place.end, [...used([b.value(source)]), elements])
      let value = iterate
      if (node.type === 'ForOfStatement' && node.await)
        value = b.emit(op.await, place.start, place.end, [b.value(iterate)])
      const target = left.type === 'VariableDeclaration' ? left.declarations[0]!.id : left
      l.visit.assign(l, target, [b.value(value)], left)
      if (isUsing(left)) emitUsing(l, left, () => emitInner(l, body))
      else emitInner(l, body)
      b.join(continues.ends)
      b.link(b.cut(), head)
      return b.otherwise(iterate)
    })
  })
}

function emitSwitch(l: Lowering, node: SwitchStatement): void {
  const { b } = l
  const value = l.materialise(l.visit.expression(l, node.discriminant), node.discriminant)
  const { labels } = l
  l.labels = []
  const breaks = b.target('break')
  l.breakables.push({ labels: [null, ...labels], breaks, continues: null })
  l.inScope(() => {
    for (const { consequent } of node.cases) declareStatements(l, consequent)
    for (const { consequent } of node.cases) for (const statement of consequent) hoistFunction(l, statement)
    // What no test before holds for, the end of the body before, and where the default begins.
    let untested: Ends = b.cut()
    let falling: Ends = []
    let fallback: number | null = null
    for (const { test, consequent } of node.cases) {
      if (test === null) {
        b.join(falling)
        fallback = b.count
        b.loopHead(consequent[0]?.start ?? node.end, consequent[0]?.start ?? node.end)
      } else {
        b.join(untested)
        const operands = l.visit.expression(l, test)
        const flags = isWhole(test) ? instructionFlag.identity : 0
        const branch = b.emit(op.branch, test.start, test.end, used([b.value(value), ...operands]), 0, 0, flags)
        untested = b.otherwise(branch)
        b.join(falling)
      }
      for (const statement of consequent) emitStatement(l, statement)
      falling = b.cut()
    }
    b.join(falling)
    if (fallback === null) b.join(untested)
    else b.link(untested, fallback)
  })
  l.breakables.pop()
  b.join(breaks.ends)
}

function emitTry(l: Lowering, node: TryStatement): void {
  const { block, handler, finalizer } = node
  breakable(l, null, () => {
    l.b.try(
      {
        body: () => inBlock(l, block.body),
        handler:
          handler === null
            ? undefined
            : (caught) => {
                l.inScope(() => {
                  if (handler.param !== null) {
                    declareNames(l, handler.param)
                    l.visit.assign(l, handler.param, [l.b.value(caught)], handler.param)
                  }
                  inBlock(l, handler.body.body)
                })
              },
        finalizer: finalizer === null ? undefined : () => inBlock(l, finalizer.body),
      },
      {
        start: finalizer?.start ?? node.end,
        end: finalizer?.end ?? node.end,
        catchStart: handler?.start ?? node.end,
        catchEnd: handler === null ? node.end : handler.body.start,
      },
    )
  })
}

function emitEnum(l: Lowering, node: TSEnumDeclaration): void {
  const { b } = l
  const made = b.emit(op.allocate, node.start, node.body.start)
  l.define([b.value(made)], [l.write(node.id.name)], node.id)
  l.inScope(() => {
    for (const member of node.body.members) {
      const { id } = member
      const name =
        id.type === 'Identifier' ? id.name : id.type === 'Literal' ? id.value : l.text.slice(id.start + 1, id.end - 1)
      const value = member.initializer === null ? nothing : l.visit.expression(l, member.initializer)
      const own = l.declare(name, id.start)
      const location = b.propertyLocation(b.valueLocation(made), name)
      l.define([...used([b.value(made)]), ...value], [b.write(location), l.writeVariable(own)], member)
    }
  })
}

function emitNamespace(l: Lowering, node: TSModuleDeclaration): void {
  const { b } = l
  const { id, body } = node
  if (body === null || id.type === 'Literal') return
  const made = b.emit(op.allocate, node.start, body.start)
  if (id.type === 'Identifier') l.define([b.value(made)], [l.write(id.name)], id)
  l.inScope(() => {
    hoistVars(l, body.body)
    declareStatements(l, body.body)
    for (const statement of body.body) hoistFunction(l, statement)
    for (const statement of body.body) {
      emitStatement(l, statement)
      if (statement.type !== 'ExportNamedDeclaration' || statement.declaration === null) continue
      for (const name of declaredBy(statement.declaration)) {
        const location = b.propertyLocation(b.valueLocation(made), name)
        l.define([...used([b.value(made)]), b.read(l.location(name))], [b.write(location)], statement)
      }
    }
  })
}

function declaredBy(node: Statement): string[] {
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  const isNamed =
    node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration' || node.type === 'TSEnumDeclaration'
  return isNamed && node.id !== null && node.declare !== true ? [node.id.name] : []
}
