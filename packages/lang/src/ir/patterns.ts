import type { Expression } from 'oxc-parser'
import { instructionFlag, op } from '@forge/pdg'
import { unwrapped } from '../shapes.ts'
import { lowerNamed } from './expressions.ts'
import { nothing, used } from './function-builder.ts'
import type { Operands } from './function-builder.ts'
import type { Lowering, Pattern, Placed } from './lowering.ts'
import { keyName, reference } from './references.ts'

/** Emits that a value is written to a pattern: each of its names takes its part. */
export function emitAssign(l: Lowering, node: Pattern, value: Operands, place: Placed): void {
  const { b } = l
  switch (node.type) {
    case 'Identifier':
      l.define(value, [l.write(node.name)], place)
      return
    case 'TSParameterProperty':
      emitAssign(l, node.parameter, value, place)
      return
    case 'RestElement':
      emitAssign(l, node.argument, value, node)
      return
    case 'AssignmentPattern': {
      const given = l.materialise(value, node)
      const branch = b.emit(op.branch, node.start, node.end, [b.value(given)], 0, 0, instructionFlag.implicit)
      const name = node.left.type === 'Identifier' ? node.left.name : ''
      const fallback = l.materialise(lowerNamed(l, node.right, name), node.right)
      b.join(b.otherwise(branch))
      emitAssign(l, node.left, [b.value(branch), b.value(fallback)], node)
      return
    }
    case 'ArrayPattern': {
      const source = sourceOf(l, value, place)
      const element = [...source.operands, b.read(b.propertyLocation(source.location, null))]
      for (const part of node.elements) if (part !== null) emitAssign(l, part, element, part)
      return
    }
    case 'ObjectPattern': {
      const source = sourceOf(l, value, place)
      for (const property of node.properties) {
        if (property.type === 'RestElement') {
          const all = [...source.operands, b.read(b.propertyLocation(source.location, null))]
          emitAssign(l, property.argument, all, property)
          continue
        }
        const name = keyName(property.key, property.computed)
        const key = name === null ? l.visit.expression(l, property.key as Expression) : nothing
        const part = [...source.operands, ...used(key), b.read(b.propertyLocation(source.location, name))]
        emitAssign(l, property.value, part, property)
      }
      return
    }
    default: {
      const { operands, location } = reference(l, unwrapped(node))
      l.define([...operands, ...value], [b.write(location)], place)
    }
  }
}

/** What a pattern takes apart: a variable or a member as it is, anything else as the value of an instruction. */
function sourceOf(
  l: Lowering,
  value: Operands,
  place: Placed,
): { readonly operands: Operands; readonly location: number } {
  const { b } = l
  const instruction = b.emit(op.evaluate, place.start, place.end, value, 0, 0, instructionFlag.mayThrow)
  return { operands: used([b.value(instruction)]), location: b.valueLocation(instruction) }
}
