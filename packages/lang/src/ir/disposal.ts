import type { Directive, ForOfStatement, Statement, VariableDeclaration } from 'oxc-parser'
import { instructionFlag, op, receiverPlace } from '@forge/pdg'
import { used } from './function-builder.ts'
import type { Lowering, Placed } from './lowering.ts'

/** Whether a statement declares, by `using` or `await using`, what is to be disposed of. */
export function isUsing(node: Directive | Statement | ForOfStatement['left']): node is VariableDeclaration {
  return node.type === 'VariableDeclaration' && (node.kind === 'using' || node.kind === 'await using')
}

/** Emits `body`, and that what was declared before it is disposed of on every way out, the last first: a call of its method `[Symbol.dispose]`. */
export function emitUsing(l: Lowering, node: VariableDeclaration, body: () => void): void {
  const { start, end } = node
  const finalizer = (): void => {
    for (const { id } of node.declarations.toReversed()) {
      if (id.type === 'Identifier') emitDisposal(l, id.name, { of: id, waits: node.kind === 'await using' })
    }
  }
  l.b.try({ body, finalizer }, { start, end, catchStart: end, catchEnd: end })
}

function emitDisposal(
  l: Lowering,
  name: string,
  { of, waits }: { readonly of: Placed; readonly waits: boolean },
): void {
  const { b } = l
  const [start, end] = [of.start, of.start + name.length]
  const disposed = b.read(l.location(name))
  const method = b.read(b.propertyLocation(l.location(name), null))
  const receiver = b.emit(op.argument, start, end, [disposed], receiverPlace, 0, instructionFlag.implicit)
  const operands = [...used([disposed, method]), b.value(receiver)]
  const call = b.emit(op.call, start, end, operands, start - b.start, end - b.start, instructionFlag.implicit)
  if (waits) b.emit(op.await, start, end, [b.value(call)], 0, 0, instructionFlag.implicit)
}
