import type {
  AssignmentTarget,
  AssignmentTargetMaybeDefault,
  AssignmentTargetRest,
  BindingPattern,
  Decorator,
  Expression,
  FormalParameterRest,
  ParamPattern,
  TSParameterProperty,
} from 'oxc-parser'
import { kindCode, opCode, roleCode } from './codes.ts'
import { declarePattern } from './declare.ts'
import { NONE } from './expr-rows.ts'
import { parameterPlace, symbolFlag } from './facts.ts'
import { computedName, textOf } from './keys.ts'
import { isOptional, nameEnd, redeclared, textInside, use, useMember } from './names.ts'
import { VALUE } from './scopes.ts'
import { annotation } from './types.ts'
import type { Walk } from './walk.ts'

/** Declares and reads the parameters of a function in the current scope. */
export function visitParameters(w: Walk, params: readonly ParamPattern[], fn: number, hasBody: boolean): void {
  for (const param of params) declarePattern(w, param, kindCode.parameter, 0, param.start, param.end, false)
  let index = 0
  for (const param of params) {
    const place = param.type === 'RestElement' ? index + parameterPlace.rest : index
    const declared = readParameter(w, param, hasBody ? w.exprs.parameter(fn, place) : NONE)
    if (isThis(param)) continue
    w.parameterType(fn, place, declared)
    index += 1
  }
}

function isThis(node: ParamPattern): boolean {
  return node.type === 'Identifier' && node.name === 'this'
}

/** Reads a parameter; the result is the row of its declared type, or -1. `passed` is what calls pass for it. */
function readParameter(w: Walk, node: ParamPattern, passed: number): number {
  visitDecorators(w, node.decorators)
  switch (node.type) {
    case 'TSParameterProperty':
      return readParameterProperty(w, node, passed)
    case 'RestElement':
      return readRest(w, node, passed < 0 ? NONE : w.library('Array', [passed]))
    default:
      return readBinding(w, node, passed, roleCode.read)
  }
}

function readRest(w: Walk, node: FormalParameterRest, value: number): number {
  const declared = annotation(w, node.typeAnnotation)
  readBinding(w, node.argument, declared < 0 ? value : declared, roleCode.read, value)
  return declared
}

/** `constructor(private x: T)` declares a parameter and a property of the class. */
function readParameterProperty(w: Walk, node: TSParameterProperty, value: number): number {
  const declared = readBinding(w, node.parameter, value, roleCode.read)
  const id = node.parameter.type === 'AssignmentPattern' ? node.parameter.left : node.parameter
  if (id.type !== 'Identifier') return declared
  const { container, symbols } = w
  const flags = (node.readonly ? symbolFlag.readonly : 0) | (isOptional(id) ? symbolFlag.optional : 0)
  const name = w.names.id(id.name)
  w.container = symbols.parent[container]!
  const property = w.symbol(kindCode.property, name, flags, node.start, node.end, id.start, nameEnd(id), node.end)
  w.container = container
  const parameter = w.scopes.find(name, VALUE)
  symbols.type[property] = symbols.type[parameter]!
  symbols.flow[property] = symbols.flow[parameter]!
  if (w.typed.has(parameter)) {
    w.typed.add(property)
    symbols.flags[property]! |= symbolFlag.typed
  }
  return declared
}

/** Reads decorators: each calls what it names, and what a call in it gives. */
export function visitDecorators(w: Walk, nodes: readonly Decorator[] | undefined): void {
  if (nodes === undefined) return
  for (const { expression } of nodes) {
    if (expression.type === 'Identifier') {
      use(w, expression, VALUE, roleCode.call)
      continue
    }
    const value = w.visit.reference(w, expression, roleCode.call)
    if (expression.type !== 'CallExpression' || value < 0) continue
    w.call(w.exprs.call(value), value, w.occurrences.start.length, expression)
  }
}

/** Reads the decorators of a member, which run where the class stands. */
export function visitMemberDecorators(w: Walk, nodes: readonly Decorator[] | undefined): void {
  const { owner } = w
  w.owner = w.around
  visitDecorators(w, nodes)
  w.owner = owner
}

/**
 * Reads the defaults, keys and types of a pattern whose names are declared already, and gives each name its value.
 *
 * @param value the row of what is taken apart, or -1.
 * @param keyRole the role of the keys: `import` where a module is taken apart.
 * @param flow the row of what the code puts in, where `value` is of a declared type.
 * @returns the row of the type the pattern is declared with, or -1.
 */
export function readBinding(
  w: Walk,
  node: BindingPattern,
  value: number,
  keyRole: number,
  flow: number = value,
): number {
  switch (node.type) {
    case 'Identifier': {
      const declared = annotation(w, node.typeAnnotation)
      if (node.name === 'this') {
        w.self = declared
        return NONE
      }
      const symbol = w.scopes.find(w.names.id(node.name), VALUE)
      redeclared(w, symbol, node, roleCode.write)
      if (w.symbols.type[symbol]! < 0) w.symbols.type[symbol] = declared < 0 ? value : declared
      if (declared >= 0 || flow !== value) {
        w.symbols.flow[symbol] = flow
        w.symbols.flags[symbol]! |= symbolFlag.typed
        w.typed.add(symbol)
      }
      return declared
    }
    case 'AssignmentPattern': {
      w.counts.decisions += 1
      const fallback = w.visit.expression(w, node.right)
      const either = w.exprs.union([value, fallback])
      return readBinding(w, node.left, either, keyRole, flow === value ? either : w.exprs.union([flow, fallback]))
    }
    case 'ArrayPattern': {
      const declared = annotation(w, node.typeAnnotation)
      const whole = declared < 0 ? value : declared
      for (const [at, element] of node.elements.entries()) {
        if (element === null) continue
        if (element.type === 'RestElement') {
          readBinding(w, element.argument, restFrom(w, whole, at), keyRole, restFrom(w, flow, at))
        } else readBinding(w, element, elementAt(w, whole, at), keyRole, elementAt(w, flow, at))
      }
      return declared
    }
    case 'ObjectPattern': {
      const declared = annotation(w, node.typeAnnotation)
      const whole = declared < 0 ? value : declared
      for (const property of node.properties) {
        if (property.type === 'RestElement') {
          readBinding(w, property.argument, whole, keyRole, flow)
          continue
        }
        const part = readPatternKey(w, property.key, property.computed, whole, keyRole)
        readBinding(w, property.value, part, keyRole, flow === whole ? part : sameMember(w, part, flow))
      }
      return declared
    }
  }
}

/** The elements of a value from a place on, of which the first is told apart. */
function restFrom(w: Walk, value: number, place: number): number {
  if (place === 0 || value < 0) return value
  return w.library('Array', [w.exprs.element(value), elementAt(w, value, place)])
}

/** The element of a value at a place. */
export function elementAt(w: Walk, value: number, place: number): number {
  return value < 0 ? NONE : w.exprs.member(value, w.names.id(String(place)))
}

/** The member of `value` that `member` is of another one. */
function sameMember(w: Walk, member: number, value: number): number {
  if (member < 0 || value < 0) return NONE
  const { exprs } = w
  if (exprs.op[member] === opCode.member) return exprs.member(value, exprs.b[member]!)
  return exprs.op[member] === opCode.element ? exprs.element(value) : NONE
}

/** Marks the member a key of a pattern takes out; the result is its value. */
function readPatternKey(
  w: Walk,
  key: Expression | { type: 'PrivateIdentifier' },
  computed: boolean,
  whole: number,
  role: number,
): number {
  if (key.type === 'Identifier' && !computed) return useMember(w, whole, key, role)
  if (key.type === 'Literal' && typeof key.value === 'string') {
    const start = textInside(key)
    if (start >= 0) return useMember(w, whole, { name: key.value, start, end: key.end - 1 }, role)
    return w.exprs.member(whole, w.names.id(key.value))
  }
  if (key.type === 'PrivateIdentifier') return NONE
  w.visit.expression(w, key)
  if (key.type === 'Literal')
    return typeof key.value === 'number' ? elementAt(w, whole, key.value) : w.exprs.element(whole)
  return w.exprs.member(whole, w.names.id(textOf(w, key) ?? computedName(w, key)))
}

/** Notes what a variable holds from here on, where its type does not say that. */
export function noteAssigned(w: Walk, name: string, value: number): void {
  const symbol = w.scopes.find(w.names.id(name), VALUE)
  if (symbol >= 0) w.known.assign(symbol, w.typed.has(symbol) ? NONE : value)
}

/** Reads what an assignment writes to. */
export function assign(
  w: Walk,
  node: AssignmentTarget | AssignmentTargetMaybeDefault | AssignmentTargetRest,
  value: number,
): void {
  switch (node.type) {
    case 'Identifier':
      w.store(use(w, node, VALUE, roleCode.write), value)
      noteAssigned(w, node.name, value)
      return
    case 'AssignmentPattern': {
      w.counts.decisions += 1
      const fallback = w.visit.expression(w, node.right)
      assign(w, node.left, w.exprs.union([value, fallback]))
      return
    }
    case 'RestElement':
      assign(w, node.argument, value)
      return
    case 'ArrayPattern':
      for (const [at, element] of node.elements.entries()) {
        if (element === null) continue
        assign(w, element, element.type === 'RestElement' ? restFrom(w, value, at) : elementAt(w, value, at))
      }
      return
    case 'ObjectPattern':
      for (const property of node.properties) {
        if (property.type === 'RestElement') assign(w, property.argument, value)
        else assign(w, property.value, readPatternKey(w, property.key, property.computed, value, roleCode.read))
      }
      return
    default:
      w.store(w.visit.reference(w, node, roleCode.write), value)
  }
}
