import { setImmediate } from 'node:timers/promises'
import { checkPlace } from './check-slice.ts'
import { raiseAt } from './ir.ts'
import type { LoadedProcedure } from './loaded-procedure.ts'
import { Procedures } from './procedures.ts'
import type { FunctionId, Program } from './program.ts'
import { ReachedNodes, way } from './reached-nodes.ts'
import type { Slice, SliceOptions } from './slice-types.ts'

/** How many nodes are looked at before other tasks of the event loop get their turn. */
const turn = 256

/** One of the two directions: where a walk begins, and where it goes on from a node. */
export interface SliceDirection {
  start(procedure: LoadedProcedure, instruction: number): Promise<void>
  follow(procedure: LoadedProcedure, node: number, how: number): Promise<void>
}

/** The way of a slice through a program: what it has reached, and what it has to look at. Ways are bits of {@link way}. */
export class SliceWalk {
  readonly procedures: Procedures
  readonly isWithin: boolean
  readonly #options: SliceOptions
  readonly #reached = new ReachedNodes()
  /** By the number of steps from one function to another: whoever is nearer comes first. */
  readonly #open: { readonly id: FunctionId; readonly node: number; readonly how: number }[][] = [[]]
  /** How many steps away what is looked at is. */
  #distance = 0
  /** Steps that were not followed: by function, the nodes. */
  readonly #cut = new Map<FunctionId, Set<number>>()

  constructor(program: Program, options: SliceOptions) {
    const { exceptions = 'direct', depth = Infinity, limit = Infinity, within = false } = options
    this.procedures = new Procedures(program, { exceptions, depth, limit })
    this.isWithin = within
    this.#options = options
  }

  /** Goes as far as `direction` does. */
  async run(direction: SliceDirection, callSite: (...args: never[]) => unknown): Promise<Slice> {
    const { from, signal } = this.#options
    for (const { function: id, instruction } of from) {
      const procedure = await this.procedures.load(id)
      checkPlace(procedure.ir, { function: id, instruction }, callSite)
      await direction.start(procedure, instruction)
    }
    let looked = 0
    for (; this.#distance < this.#open.length; this.#distance++) {
      const open = this.#open[this.#distance]!
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const procedure = this.procedures.loaded(next.id) ?? (await this.procedures.load(next.id))
        if (looked++ % turn === 0) {
          signal?.throwIfAborted()
          if (looked > 1) await setImmediate()
        }
        await direction.follow(procedure, next.node, next.how)
      }
    }
    return this.#result()
  }

  /** Goes on in another function, unless that is too far: gives whether it is not. */
  step(id: FunctionId, node: number, how: number): boolean {
    const isNear = this.isNear(id)
    if (isNear) this.push(id, node, how, this.#distance + 1)
    else if (!this.#reached.has(id, node, how)) this.noteCut(id, node)
    return isNear
  }

  /** Whether one step may be taken to a function. */
  isNear(id: FunctionId): boolean {
    const { depth = Infinity, limit = Infinity } = this.#options
    return this.#distance < depth && (this.#reached.functions < limit || this.#reached.hasFunction(id))
  }

  /** Notes a step that is too far. */
  noteCut(id: FunctionId, node: number): void {
    const cut = this.#cut.get(id)
    if (cut === undefined) this.#cut.set(id, new Set([node]))
    else cut.add(node)
  }

  /** Goes on at a node of the same function, or as many steps away as is said. */
  push(id: FunctionId, node: number, how: number, distance: number = this.#distance): void {
    if (!this.#reached.add(id, { node, distance }, how)) return
    const open = (this.#open[distance] ??= [])
    open.push({ id, node, how })
  }

  hasReached(id: FunctionId): boolean {
    return this.#reached.hasFunction(id)
  }

  /** Whether a way leads down from a call. */
  isInside(how: number): boolean {
    return (how & way.inside) !== 0
  }

  /** Whether a dependence is assumed for a call of which it is known what it calls. */
  async isAssumed(procedure: LoadedProcedure, row: number): Promise<boolean> {
    const via = procedure.data.via[row]!
    return via >= 0 && !this.isWithin && (await this.procedures.isKnown(procedure, via))
  }

  async toCallers(procedure: LoadedProcedure, how: number): Promise<void> {
    if (this.isWithin) return
    for (const { function: id, call } of await this.procedures.callers(procedure)) this.step(id, call, how)
  }

  async #result(): Promise<Slice> {
    const found = new Map<FunctionId, number[]>()
    const distances = new Map<FunctionId, number[]>()
    for (const [id, nodes] of this.#reached.inOrder()) {
      const { ir } = await this.procedures.load(id)
      const instructions = nodes.filter(({ node }) => node > raiseAt && node < ir.instructions.count)
      if (instructions.length === 0) continue
      found.set(
        id,
        instructions.map(({ node }) => node),
      )
      distances.set(
        id,
        instructions.map(({ distance }) => distance),
      )
    }
    return { functions: found, distances, cut: [...this.#cut.values()].reduce((sum, { size }) => sum + size, 0) }
  }
}
