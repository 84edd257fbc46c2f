import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'

/** The symbols of one file while it is read, in the order they are met; {@link finishFacts} puts them in their final order. */
export class SymbolRows {
  readonly kind: number[] = []
  readonly name: number[] = []
  readonly flags: number[] = []
  readonly parent: number[] = []
  readonly start: number[] = []
  readonly end: number[] = []
  readonly nameStart: number[] = []
  readonly nameEnd: number[] = []
  readonly type: number[] = []
  readonly flow: number[] = []
  readonly returns: number[] = []
  readonly complexity: number[] = []
  readonly cognitive: number[] = []
  /** Where the first declaration starts: what rows are ordered by. */
  readonly first: number[] = []
  /** Where the signature ends; -1: it has none. */
  readonly signatureEnd: number[] = []

  add(
    kind: number,
    name: number,
    flags: number,
    parent: number,
    start: number,
    end: number,
    nameStart: number,
    nameEnd: number,
    signatureEnd: number,
  ): number {
    const row = this.kind.length
    this.kind.push(kind)
    this.name.push(name)
    this.flags.push(flags)
    this.parent.push(parent)
    this.start.push(start)
    this.end.push(end)
    this.nameStart.push(nameStart)
    this.nameEnd.push(nameEnd)
    this.type.push(NONE)
    this.flow.push(NONE)
    this.returns.push(NONE)
    this.complexity.push(0)
    this.cognitive.push(0)
    this.first.push(start)
    this.signatureEnd.push(signatureEnd)
    return row
  }

  /** Makes another declaration of `row` the one that its range, name and signature are of. */
  redeclare(
    row: number,
    kind: number,
    flags: number,
    start: number,
    end: number,
    nameStart: number,
    nameEnd: number,
    signatureEnd: number,
  ): void {
    this.kind[row] = kind
    this.flags[row] = (this.flags[row]! & ~symbolFlag.ambient) | flags
    this.start[row] = start
    this.end[row] = end
    this.nameStart[row] = nameStart
    this.nameEnd[row] = nameEnd
    this.signatureEnd[row] = signatureEnd
    if (start < this.first[row]!) this.first[row] = start
  }
}
