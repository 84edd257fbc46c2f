import { mayBeSame } from './content-accesses.ts'
import { dataFlag } from './data-flag.ts'
import { entryAt, exitAt, instructionFlag, op, operandCodes, raiseAt } from './ir.ts'
import { type LoadedProcedure, arrives, propertyName } from './loaded-procedure.ts'
import type { SharedAccess } from './program.ts'
import { way } from './reached-nodes.ts'
import type { SliceDirection, SliceWalk } from './slice-walk.ts'

const [readOperand, writeOperand, mayWriteOperand] = [operandCodes.read, operandCodes.write, operandCodes.mayWrite]

/** From what is depended on to what depends on it. */
export class ForwardSlice implements SliceDirection {
  readonly #walk: SliceWalk
  /** By function, parameter, name and way: what was followed already to what callers find in what they have given. */
  readonly #contents = new Set<string>()
  /** Jumps whose execution depends on what is sliced. */
  readonly #jumped = new Set<string>()

  constructor(walk: SliceWalk) {
    this.#walk = walk
  }

  async start(procedure: LoadedProcedure, instruction: number): Promise<void> {
    this.#walk.push(procedure.id, instruction, 0)
    if (procedure.isJump(instruction)) await this.#runs(procedure, instruction, 0)
    await this.#startCallees(procedure, instruction, 0)
  }

  async follow(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    const { id, data } = procedure
    const isContent = (how & way.narrow) !== 0
    const isInstruction = procedure.isInstruction(node)
    if (node === exitAt || node === raiseAt) {
      if (!this.#walk.isInside(how)) await this.#walk.toCallers(procedure, how)
      if (node === exitAt && !this.#walk.isWithin && (await this.#walk.procedures.isFedBack(procedure))) {
        await this.#runs(procedure, null, how)
      }
      return
    }
    // Where a jump goes does not depend on its value: what it skips depends on whether it is executed.
    const isDecision = isInstruction && !isContent && !procedure.isJump(node)
    if (isDecision) {
      await this.#runs(procedure, node === entryAt ? null : node, how)
      await this.#toResumed(procedure, node, how)
    }
    if (isInstruction) {
      await this.#toReaders(procedure, node, how)
      if (procedure.isCall(node) && procedure.callsOfParameters.has(node)) await this.#toIndirectCallers(procedure, how)
      if (!this.#walk.isInside(how)) await this.#toContentOfCallers(procedure, node, how)
      await this.#toAccessors(procedure, node, how)
    }
    const { rows, offsets, target } = procedure.dependents
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
      const row = rows[at]!
      const to = target[row]!
      if ((data.flags[row]! & dataFlag.outside) !== 0) continue
      if (isContent && (data.flags[row]! & dataFlag.used) !== 0) {
        if (procedure.isLookedInto(to, row)) this.#walk.push(id, to, how & ~way.narrow)
      } else if (await this.#walk.isAssumed(procedure, row)) {
        if (data.via[row] !== node) this.#walk.push(id, to, how | way.narrow)
        else await this.#toContentDependent(procedure, { to, row }, how)
      } else {
        await this.#toDependent(procedure, node, { to, how })
      }
    }
  }

  /** From an instruction to the generators that it lets go on. */
  async #toResumed({ id }: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#walk.isWithin) return
    for (const one of await this.#walk.procedures.program.resumes(id, node))
      this.#walk.step(one, entryAt, how & ~way.inside)
  }

  /** From an instruction to what a getter or a setter that it runs takes: the object, and what is written. */
  async #toAccessors(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#walk.isWithin) return
    for (const { id, parameters } of await this.#walk.procedures.accessors(procedure, node)) {
      for (const parameter of parameters) this.#walk.step(id, parameter, how | way.inside)
    }
  }

  /** From a node to what takes its value. What a call is given goes to its parameters, and to what comes back if that depends on it. */
  async #toDependent(
    procedure: LoadedProcedure,
    node: number,
    { to, how }: { readonly to: number; readonly how: number },
  ): Promise<void> {
    const { id, ir } = procedure
    const isCall = procedure.isInstruction(to) && procedure.isCall(to)
    const isGiven = isCall && procedure.isInstruction(node) && ir.instructions.op[node] === op.argument
    if (!isGiven || this.#walk.isWithin) {
      this.#walk.push(id, to, how)
      if (procedure.isInstruction(to)) await this.#startCallees(procedure, to, how)
      return
    }
    for (const { function: callee, isIndirect } of (await this.#walk.procedures.callees(procedure, to)).functions) {
      const target = await this.#walk.procedures.load(callee)
      for (const reader of target.argumentsReaders) this.#walk.step(callee, reader, how | way.inside)
      if (isIndirect) this.#walk.step(callee, entryAt, how | way.inside)
      for (const parameter of target.parameters) {
        const isPassed = isIndirect || arrives(ir.instructions.a[node]!, target.ir.instructions.a[parameter]!)
        if (isPassed) this.#walk.step(callee, parameter, how | way.inside)
      }
    }
    if ((await this.#walk.procedures.neededArguments(procedure, to)).has(node)) this.#walk.push(id, to, how)
    const { dependents } = procedure
    for (let at = dependents.offsets[to]!; at < dependents.offsets[to + 1]!; at++) {
      const row = dependents.rows[at]!
      if (procedure.data.via[row] !== to || !(await this.#walk.isAssumed(procedure, row))) continue
      await this.#toContentDependent(procedure, { to: dependents.target[row]!, row }, how)
    }
  }

  /** From a known call to what finds in an object what the call has put there, if it has. */
  async #toContentDependent(
    procedure: LoadedProcedure,
    { to, row }: { readonly to: number; readonly row: number },
    how: number,
  ): Promise<void> {
    const [call, location] = [procedure.data.via[row]!, procedure.data.location[row]!]
    const name = propertyName(procedure.ir, location)
    if (!(await this.#walk.procedures.contents.touches(procedure, call, { how: 'written', name }))) return
    this.#walk.push(procedure.id, to, location < 0 ? how | way.narrow : how & ~way.narrow)
  }

  /** From the call of a function that unknown code has given to the call of that code, which gives what it was told. */
  async #toIndirectCallers(procedure: LoadedProcedure, how: number): Promise<void> {
    if (this.#walk.isWithin) return
    for (const { function: id, call, isIndirect } of await this.#walk.procedures.callers(procedure)) {
      if (isIndirect) this.#walk.step(id, call, how & ~way.inside)
    }
  }

  /** From what writes in an object that the function was given to what finds that there where it is called. */
  async #toContentOfCallers(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#walk.isWithin) return
    const written = procedure.contents.written(node).map(({ parameter, name }) => ({ procedure, parameter, name }))
    if (procedure.isCall(node) && !(await this.#walk.procedures.isKnown(procedure, node))) {
      const isPure = (procedure.ir.instructions.flags[node]! & instructionFlag.pure) !== 0
      if (!isPure) {
        for (const { parameter } of procedure.contents.passed(node)) written.push({ procedure, parameter, name: null })
      }
    }
    for (const { procedure: callee, parameter, name } of written) {
      const key = `${callee.id} ${parameter} ${how} ${name === null ? '*' : `.${name}`}`
      if (this.#contents.has(key)) continue
      this.#contents.add(key)
      for (const { function: id, call, isIndirect } of await this.#walk.procedures.callers(callee)) {
        if (!this.#walk.isNear(id)) {
          this.#walk.noteCut(id, call)
          continue
        }
        const caller = await this.#walk.procedures.load(id)
        if (!caller.isCall(call)) continue
        const given = caller
          .arguments(call)
          .filter(
            (argument) =>
              isIndirect || arrives(caller.ir.instructions.a[argument]!, callee.ir.instructions.a[parameter]!),
          )
        this.#toContentAround(caller, { call, given, name }, how)
        for (const argument of given) await this.#toReadersOfGiven(caller, argument, how)
        for (const { parameter: outer, of } of caller.contents.passed(call)) {
          if (!given.includes(of.argument)) continue
          written.push({ procedure: caller, parameter: outer, name: of.isItself && !isIndirect ? name : null })
        }
      }
    }
  }

  /** From a call to what finds, where it is called, what it has put into what it was given. */
  #toContentAround(
    caller: LoadedProcedure,
    { call, given, name }: { readonly call: number; readonly given: readonly number[]; readonly name: string | null },
    how: number,
  ): void {
    const { data, dependents } = caller
    for (let at = dependents.offsets[call]!; at < dependents.offsets[call + 1]!; at++) {
      const row = dependents.rows[at]!
      const location = data.location[row]!
      if (data.via[row] !== call || !mayBeSame(name, propertyName(caller.ir, location))) continue
      if (!given.some((argument) => caller.contents.touches(argument, location))) continue
      this.#walk.step(caller.id, dependents.target[row]!, location < 0 ? how | way.narrow : how & ~way.narrow)
    }
  }

  /** From an instruction to all that is executed because of it; `null` stands for the call of the function. */
  async #runs(procedure: LoadedProcedure, instruction: number | null, how: number): Promise<void> {
    const { flow } = procedure
    for (const block of procedure.controlled(instruction)) {
      for (let at = flow.first[block]!; at < flow.first[block + 1]!; at++) {
        this.#walk.push(procedure.id, at, how)
        await this.#startCallees(procedure, at, how)
        if (!procedure.isJump(at) || this.#jumped.has(`${procedure.id} ${at} ${how}`)) continue
        this.#jumped.add(`${procedure.id} ${at} ${how}`)
        await this.#runs(procedure, at, how)
      }
    }
  }

  /** From an instruction to all that is executed because of it in what it calls, or what gives or takes a property. */
  async #startCallees(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#walk.isWithin) return
    for (const { id } of await this.#walk.procedures.accessors(procedure, node))
      this.#walk.step(id, entryAt, how | way.inside)
    if (!procedure.isCall(node)) return
    for (const { function: callee } of (await this.#walk.procedures.callees(procedure, node)).functions) {
      this.#walk.step(callee, entryAt, how | way.inside)
    }
  }

  /** From what writes a variable or an object, and from a call that may do so, to whatever may find that there in another function. */
  async #toReaders(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#walk.isWithin) return
    const { operands, operandKind, operandRef } = procedure.ir.instructions
    for (let row = operands[node]!; row < operands[node + 1]!; row++) {
      if (operandKind[row] === writeOperand || operandKind[row] === mayWriteOperand) {
        await this.#toReadersOf({ function: procedure.id, node, location: operandRef[row]!, what: 'itself' }, how)
      }
    }
    const isPure = (procedure.ir.instructions.flags[node]! & instructionFlag.pure) !== 0
    if (!procedure.isCall(node) || isPure || (await this.#walk.procedures.isKnown(procedure, node))) return
    for (const argument of procedure.arguments(node)) await this.#toReadersOfGiven(procedure, argument, how)
  }

  /** To whatever may find what is in the object that an argument gives. */
  async #toReadersOfGiven({ id, ir }: LoadedProcedure, argument: number, how: number): Promise<void> {
    const { operands, operandKind, operandRef } = ir.instructions
    for (let row = operands[argument]!; row < operands[argument + 1]!; row++) {
      if (operandKind[row] !== readOperand) continue
      await this.#toReadersOf({ function: id, node: argument, location: operandRef[row]!, what: 'content' }, how)
    }
  }

  async #toReadersOf(access: SharedAccess, how: number): Promise<void> {
    for (const place of await this.#walk.procedures.program.readers(access)) {
      this.#walk.step(place.function, place.instruction, how & ~way.inside)
      // A call reads what it calls, which then runs because of that; it is given what others read.
      if (!this.#walk.isNear(place.function)) continue
      const reader = await this.#walk.procedures.load(place.function)
      if (reader.isCall(place.instruction)) await this.#startCallees(reader, place.instruction, how & ~way.inside)
    }
  }
}
