import { type FunctionIr, exitAt, op } from './ir.ts'

/** The instructions that write what a function is given. */
export function parametersOf({ instructions }: FunctionIr): number[] {
  const found: number[] = []
  for (let at = exitAt; at < instructions.count; at += 1) if (instructions.op[at] === op.parameter) found.push(at)
  return found
}
