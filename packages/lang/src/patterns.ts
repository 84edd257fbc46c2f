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
import { kindCode, roleCode } from './codes.ts'
import { declarePattern } from './declare.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import { computedName } from './keys.ts'
import { isOptional, nameEnd, redeclared, textInside, use, useMember } from './names.ts'
import { VALUE } from './scopes.ts'
import { annotation } from './types.ts'
import type { Walk } from './walk.ts'

/** Declares and reads the parameters of a function in the current scope. */
export function visitParameters(w: Walk, params: readonly ParamPattern[]): void {
  for (const param of params) declarePattern(w, param, kindCode.parameter, 0, param.start, param.end, false)
  for (const param of params) readParameter(w, param)
}

function readParameter(w: Walk, node: ParamPattern): void {
  visitDecorators(w, node.decorators)
  switch (node.type) {
    case 'TSParameterProperty':
      readParameterProperty(w, node)
      break
    case 'RestElement':
      readRest(w, node)
      break
    default:
      readBinding(w, node, NONE, roleCode.read)
  }
}

function readRest(w: Walk, node: FormalParameterRest): void {
  readBinding(w, node.argument, annotation(w, node.typeAnnotation), roleCode.read)
}

/** `constructor(private x: T)` declares a parameter and a property of the class. */
function readParameterProperty(w: Walk, node: TSParameterProperty): void {
  readBinding(w, node.parameter, NONE, roleCode.read)
  const id = node.parameter.type === 'AssignmentPattern' ? node.parameter.left : node.parameter
  if (id.type !== 'Identifier') return
  const { container, symbols } = w
  const flags = (node.readonly ? symbolFlag.readonly : 0) | (isOptional(id) ? symbolFlag.optional : 0)
  const name = w.names.id(id.name)
  w.container = symbols.parent[container]!
  const property = w.symbol(kindCode.property, name, flags, node.start, node.end, id.start, nameEnd(id), node.end)
  w.container = container
  symbols.type[property] = symbols.type[w.scopes.find(name, VALUE)]!
}

/** Reads decorators: each calls what it names. */
export function visitDecorators(w: Walk, nodes: readonly Decorator[] | undefined): void {
  if (nodes === undefined) return
  for (const { expression } of nodes) {
    if (expression.type === 'Identifier') use(w, expression, VALUE, roleCode.call)
    else w.visit.reference(w, expression, roleCode.call)
  }
}

/**
 * Reads the defaults, keys and types of a pattern whose names are declared already, and gives each name its value.
 *
 * @param value the row of what is taken apart, or -1.
 * @param keyRole the role of the keys: `import` where a module is taken apart.
 */
export function readBinding(w: Walk, node: BindingPattern, value: number, keyRole: number): void {
  switch (node.type) {
    case 'Identifier': {
      const declared = annotation(w, node.typeAnnotation)
      if (node.name === 'this') {
        w.self = declared
        return
      }
      const symbol = w.scopes.find(w.names.id(node.name), VALUE)
      redeclared(w, symbol, node, roleCode.write)
      if (w.symbols.type[symbol]! < 0) w.symbols.type[symbol] = declared < 0 ? value : declared
      return
    }
    case 'AssignmentPattern': {
      const fallback = w.visit.expression(w, node.right)
      readBinding(w, node.left, value < 0 ? fallback : w.exprs.union([value, fallback]), keyRole)
      return
    }
    case 'ArrayPattern': {
      const declared = annotation(w, node.typeAnnotation)
      const whole = declared < 0 ? value : declared
      for (const element of node.elements) {
        if (element === null) continue
        if (element.type === 'RestElement') readBinding(w, element.argument, whole, keyRole)
        else readBinding(w, element, w.exprs.element(whole), keyRole)
      }
      return
    }
    case 'ObjectPattern': {
      const declared = annotation(w, node.typeAnnotation)
      const whole = declared < 0 ? value : declared
      for (const property of node.properties) {
        if (property.type === 'RestElement') readBinding(w, property.argument, whole, keyRole)
        else readBinding(w, property.value, readPatternKey(w, property.key, property.computed, whole, keyRole), keyRole)
      }
    }
  }
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
  return key.type === 'Literal' ? w.exprs.element(whole) : w.exprs.member(whole, w.names.id(computedName(w, key)))
}

/** Reads what an assignment writes to. */
export function assign(
  w: Walk,
  node: AssignmentTarget | AssignmentTargetMaybeDefault | AssignmentTargetRest,
  value: number,
): void {
  switch (node.type) {
    case 'Identifier':
      use(w, node, VALUE, roleCode.write)
      return
    case 'AssignmentPattern': {
      const fallback = w.visit.expression(w, node.right)
      assign(w, node.left, value < 0 ? fallback : value)
      return
    }
    case 'RestElement':
      assign(w, node.argument, value)
      return
    case 'ArrayPattern':
      for (const element of node.elements) if (element !== null) assign(w, element, w.exprs.element(value))
      return
    case 'ObjectPattern':
      for (const property of node.properties) {
        if (property.type === 'RestElement') assign(w, property.argument, value)
        else assign(w, property.value, readPatternKey(w, property.key, property.computed, value, roleCode.read))
      }
      return
    default:
      w.visit.reference(w, node, roleCode.write)
  }
}
