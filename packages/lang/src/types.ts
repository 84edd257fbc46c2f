import type {
  ParamPattern,
  TSConditionalType,
  TSConstructorType,
  TSFunctionType,
  TSImportType,
  TSImportTypeQualifier,
  TSIndexedAccessType,
  TSLiteralType,
  TSMappedType,
  TSSignature,
  TSTupleElement,
  TSTupleType,
  TSType,
  TSTypeAnnotation,
  TSTypeName,
  TSTypeParameter,
  TSTypeParameterDeclaration,
  TSTypeParameterInstantiation,
  TSTypeQuery,
} from 'oxc-parser'
import { kindCode, opCode, requestCode, roleCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { parameterPlace, symbolFlag } from './facts.ts'
import { readKey } from './keys.ts'
import { literalValue } from './literals.ts'
import { nameEnd, redeclared, textInside, use, useMember, useModule } from './names.ts'
import { SPACE, TYPE, VALUE } from './scopes.ts'
import type { InferredTypes, Walk } from './walk.ts'

/** The places of a longer tuple are not told apart. */
const LONGEST_TUPLE = 8

/** Reads a type; the result is the row of a value of it, or -1. */
export function visitType(w: Walk, node: TSType): number {
  switch (node.type) {
    case 'TSTypeReference': {
      const name = typeName(w, node.typeName, TYPE, roleCode.type)
      return w.exprs.instance(name, typeArguments(w, node.typeArguments))
    }
    case 'TSStringKeyword':
    case 'TSTemplateLiteralType':
      if (node.type === 'TSTemplateLiteralType') for (const type of node.types) visitType(w, type)
      return w.builtin('String')
    case 'TSNumberKeyword':
      return w.builtin('Number')
    case 'TSBooleanKeyword':
      return w.builtin('Boolean')
    case 'TSBigIntKeyword':
      return w.builtin('BigInt')
    case 'TSSymbolKeyword':
      return w.builtin('Symbol')
    case 'TSObjectKeyword':
      return w.builtin('Object')
    case 'TSLiteralType':
      return literalType(w, node)
    case 'TSUnionType':
    case 'TSIntersectionType':
      return unionType(w, node.types)
    case 'TSFunctionType':
      return w.exprs.symbol(visitSignature(w, node))
    case 'TSConstructorType':
      return constructorType(w, node)
    case 'TSTypeLiteral':
      return typeLiteral(w, node.members, node.start, node.end)
    case 'TSArrayType':
      return w.library('Array', [visitType(w, node.elementType)])
    case 'TSTupleType':
      return tuple(w, node)
    case 'TSNamedTupleMember':
      return tupleElement(w, node)
    case 'TSTypeQuery':
      return typeQuery(w, node)
    case 'TSImportType':
      return w.exprs.instance(importType(w, node), typeArguments(w, node.typeArguments))
    case 'TSTypeOperator': {
      const inner = visitType(w, node.typeAnnotation)
      return node.operator === 'readonly' ? inner : node.operator === 'unique' ? w.builtin('Symbol') : NONE
    }
    case 'TSIndexedAccessType':
      return indexedAccess(w, node)
    case 'TSConditionalType':
      return conditionalType(w, node)
    case 'TSInferType':
      return inferType(w, node.typeParameter)
    case 'TSMappedType':
      return mappedType(w, node)
    case 'TSThisType':
      return w.self
    case 'TSTypePredicate': {
      if (node.parameterName.type === 'Identifier') use(w, node.parameterName, VALUE, roleCode.type)
      const type = annotation(w, node.typeAnnotation)
      if (!node.asserts) w.parameterType(w.container, parameterPlace.predicate, type)
      return w.builtin('Boolean')
    }
    case 'TSParenthesizedType':
    case 'TSJSDocNullableType':
    case 'TSJSDocNonNullableType':
      return visitType(w, node.typeAnnotation)
    default:
      return NONE
  }
}

/** Reads `: T`; the result is the row of a value of it, -1 where there is none. */
export function annotation(w: Walk, node: TSTypeAnnotation | null | undefined): number {
  return node === null || node === undefined ? NONE : visitType(w, node.typeAnnotation)
}

/** Reads `<A, B>`; `null` where there is none. */
export function typeArguments(
  w: Walk,
  node: TSTypeParameterInstantiation | null | undefined,
): readonly number[] | null {
  return node === null || node === undefined ? null : node.params.map((type) => visitType(w, type))
}

/** Reads a name that may have dots; left of a dot a type's name is a namespace. */
function typeName(w: Walk, node: TSTypeName, meaning: number, role: number): number {
  if (node.type === 'Identifier') return use(w, node, meaning, role)
  if (node.type === 'ThisExpression') return w.self
  return useMember(w, typeName(w, node.left, meaning === TYPE ? SPACE : meaning, role), node.right, role)
}

function literalType(w: Walk, node: TSLiteralType): number {
  const { literal } = node
  if (literal.type === 'TemplateLiteral') return w.builtin('String')
  if (literal.type === 'UnaryExpression') return w.builtin('Number')
  const type = literalValue(w, literal.value)
  const isTold = type >= 0 && typeof literal.value !== 'bigint'
  return isTold ? w.exprs.literal(w.names.id(String(literal.value)), w.exprs.a[type]!) : type
}

/** A type of more literals than this is told by their types alone. */
const MOST_LITERALS = 16

/** Reads a union; the result is the row of any of its types. */
function unionType(w: Walk, types: readonly TSType[]): number {
  const rows = types.map((type) => visitType(w, type))
  if (rows.length <= MOST_LITERALS) return w.exprs.union(rows)
  const { exprs } = w
  return exprs.union(
    rows.map((row) => (row >= 0 && exprs.op[row] === opCode.literal ? exprs.builtin(exprs.b[row]!) : row)),
  )
}

/** A tuple is an array whose places are known up to the first that may be several. */
function tuple(w: Walk, node: TSTupleType): number {
  const types = node.elementTypes.map((type) => tupleElement(w, type))
  const open = node.elementTypes.findIndex(({ type }) => type === 'TSRestType' || type === 'TSNamedTupleMember')
  return w.library('Array', [
    w.exprs.union(types),
    ...types.slice(0, open < 0 ? LONGEST_TUPLE : Math.min(open, LONGEST_TUPLE)),
  ])
}

function tupleElement(w: Walk, node: TSTupleElement): number {
  switch (node.type) {
    case 'TSOptionalType':
      return visitType(w, node.typeAnnotation)
    case 'TSRestType':
      return w.exprs.element(visitType(w, node.typeAnnotation))
    case 'TSNamedTupleMember':
      return tupleElement(w, node.elementType)
    default:
      return visitType(w, node)
  }
}

function typeQuery(w: Walk, node: TSTypeQuery): number {
  const value =
    node.exprName.type === 'TSImportType'
      ? importType(w, node.exprName)
      : typeName(w, node.exprName, VALUE, roleCode.type)
  typeArguments(w, node.typeArguments)
  return value
}

function importType(w: Walk, node: TSImportType): number {
  const module = useModule(w, node.source, requestCode.type, roleCode.type)
  return node.qualifier === null ? module : qualified(w, module, node.qualifier)
}

function qualified(w: Walk, module: number, node: TSImportTypeQualifier): number {
  return node.type === 'Identifier'
    ? useMember(w, module, node, roleCode.type)
    : useMember(w, qualified(w, module, node.left), node.right, roleCode.type)
}

function indexedAccess(w: Walk, node: TSIndexedAccessType): number {
  const object = visitType(w, node.objectType)
  const { indexType } = node
  if (indexType.type === 'TSLiteralType' && indexType.literal.type === 'Literal') {
    const key = indexType.literal
    if (typeof key.value === 'string') {
      const start = textInside(key)
      if (start >= 0) return useMember(w, object, { name: key.value, start, end: key.end - 1 }, roleCode.type)
      return w.exprs.member(object, w.names.id(key.value))
    }
    return w.exprs.element(object)
  }
  visitType(w, indexType)
  return indexType.type === 'TSNumberKeyword' ? w.exprs.element(object) : NONE
}

/** The names that `infer` binds, however deep in the `extends` clause, are for the type chosen when it holds, and for that alone. */
function conditionalType(w: Walk, node: TSConditionalType): number {
  visitType(w, node.checkType)
  const { inferred } = w
  const bound: InferredTypes = { container: w.container, symbols: [] }
  w.inferred = bound
  visitType(w, node.extendsType)
  w.inferred = inferred
  w.scopes.enter()
  for (const symbol of bound.symbols) w.scopes.bind(w.symbols.name[symbol]!, TYPE, symbol)
  const whenTrue = visitType(w, node.trueType)
  w.scopes.leave()
  return w.exprs.union([whenTrue, visitType(w, node.falseType)])
}

/** Reads `infer X`: where `X` is inferred in several places of one clause, they declare it together. */
function inferType(w: Walk, node: TSTypeParameter): number {
  const { inferred } = w
  const name = w.names.id(node.name.name)
  let symbol = inferred.symbols.find((known) => w.symbols.name[known] === name)
  if (symbol === undefined) {
    const { container } = w
    w.container = inferred.container
    const { start, end } = node
    symbol = w.symbol(kindCode.type, name, symbolFlag.local, start, end, node.name.start, nameEnd(node.name), NONE)
    w.container = container
    inferred.symbols.push(symbol)
  } else {
    redeclared(w, symbol, node.name)
  }
  if (node.constraint !== null) w.symbols.type[symbol] = visitType(w, node.constraint)
  return w.exprs.instance(w.exprs.symbol(symbol), null)
}

/** Declares and reads type parameters in the current scope. */
export function typeParameters(w: Walk, node: TSTypeParameterDeclaration | null | undefined): void {
  if (node === null || node === undefined) return
  for (const param of node.params) declareTypeParameter(w, param)
  for (const param of node.params) readTypeParameter(w, param)
}

function declareTypeParameter(w: Walk, node: TSTypeParameter): void {
  const symbol = declareTypeName(w, node.name, node.start, node.end)
  w.symbols.flags[symbol]! |= symbolFlag.generic
}

function declareTypeName(
  w: Walk,
  id: { name: string; start: number; end: number },
  start: number,
  end: number,
): number {
  const name = w.names.id(id.name)
  const symbol = w.symbol(kindCode.type, name, symbolFlag.local, start, end, id.start, nameEnd(id), NONE)
  w.scopes.bind(name, TYPE, symbol)
  return symbol
}

function readTypeParameter(w: Walk, node: TSTypeParameter): void {
  const symbol = w.scopes.find(w.names.id(node.name.name), TYPE)
  if (node.constraint !== null) w.symbols.type[symbol] = visitType(w, node.constraint)
  if (node.default !== null) w.symbols.flow[symbol] = visitType(w, node.default)
}

interface SignatureNode {
  readonly start: number
  readonly end: number
  readonly typeParameters: TSTypeParameterDeclaration | null
  readonly params: readonly ParamPattern[]
  readonly returnType: TSTypeAnnotation | null
}

/** Reads a signature into a hidden function; the result is its symbol. */
function visitSignature(w: Walk, node: SignatureNode | TSFunctionType): number {
  const symbol = w.hidden(kindCode.function, symbolFlag.ambient, node.start, node.end)
  w.symbols.returns[symbol] = readSignature(w, node, symbol)
  return symbol
}

/** Reads the parameters and the result of what `symbol` is the signature of; the result is what a call gives. */
function readSignature(w: Walk, node: SignatureNode | TSFunctionType | TSConstructorType, symbol: number): number {
  const { container } = w
  w.container = symbol
  w.scopes.enter()
  typeParameters(w, node.typeParameters)
  w.visit.parameters(w, node.params, symbol, false)
  const returns = annotation(w, node.returnType)
  w.scopes.leave()
  w.container = container
  return returns
}

function constructorType(w: Walk, node: TSConstructorType): number {
  const object = w.hidden(kindCode.object, 0, node.start, node.end)
  const { container } = w
  w.container = object
  constructSignature(w, node, node.abstract ? symbolFlag.abstract : 0)
  w.container = container
  return w.exprs.symbol(object)
}

function constructSignature(w: Walk, node: SignatureNode | TSConstructorType, flags: number): void {
  const all = flags | symbolFlag.ambient
  const { start, end } = node
  const symbol = w.symbol(kindCode.constructor, w.names.id('new'), all, start, end, start, start, end)
  w.symbols.returns[symbol] = readSignature(w, node, symbol)
}

function typeLiteral(w: Walk, members: readonly TSSignature[], start: number, end: number): number {
  const object = w.hidden(kindCode.object, 0, start, end)
  visitMembers(w, members, object)
  return w.exprs.symbol(object)
}

/** A mapped type is an object whose every member has one type. */
function mappedType(w: Walk, node: TSMappedType): number {
  const object = w.hidden(kindCode.object, 0, node.start, node.end)
  const { container } = w
  w.container = object
  const property = anyMember(w, node.start, node.end)
  w.container = property
  w.scopes.enter()
  const key = declareTypeName(w, node.key, node.key.start, node.constraint.end)
  const { constraint } = node
  if (constraint.type === 'TSTypeOperator' && constraint.operator === 'keyof') {
    // What is mapped key by key has the members of the type the keys are of.
    w.symbols.type[object] = visitType(w, constraint.typeAnnotation)
  } else {
    w.symbols.type[key] = visitType(w, constraint)
  }
  if (node.nameType !== null) visitType(w, node.nameType)
  if (node.typeAnnotation !== null) w.symbols.type[property] = visitType(w, node.typeAnnotation)
  w.scopes.leave()
  w.container = container
  // `{ [K in keyof T]: T[K] }` is as good as `T`, and where that is a union, as its types.
  const mapped = w.symbols.type[object]!
  return mapped >= 0 && givesSame(node.typeAnnotation) ? mapped : w.exprs.symbol(object)
}

/** Whether a mapped type gives each key what it had: `T[K]`, or `T[K] | undefined`. */
function givesSame(node: TSType | null): boolean {
  if (node?.type === 'TSUnionType') return node.types.some((type) => type.type === 'TSIndexedAccessType')
  return node?.type === 'TSIndexedAccessType'
}

/** The hidden property `[]` that stands for the members a holder has without naming them. */
export function anyMember(w: Walk, start: number, end: number): number {
  const flags = symbolFlag.hidden | symbolFlag.ambient
  return w.symbol(kindCode.property, w.names.id('[]'), flags, start, end, start, start, NONE)
}

/** Reads the members of an interface or an object type into `holder`. */
export function visitMembers(w: Walk, members: readonly TSSignature[], holder: number): void {
  const { container, self } = w
  w.self = w.exprs.self(holder, false)
  for (const node of members) {
    w.container = holder
    visitMember(w, node, holder)
  }
  w.container = container
  w.self = self
}

function visitMember(w: Walk, node: TSSignature, holder: number): void {
  const local = w.inFunction ? symbolFlag.local : 0
  switch (node.type) {
    case 'TSPropertySignature': {
      const key = readKey(w, node.key, node.computed)
      const flags =
        local |
        symbolFlag.ambient |
        (node.optional ? symbolFlag.optional : 0) |
        (node.readonly ? symbolFlag.readonly : 0)
      const { start, end } = node
      const symbol = w.symbol(kindCode.property, w.names.id(key.name), flags, start, end, key.start, key.end, end)
      w.container = symbol
      w.symbols.type[symbol] = annotation(w, node.typeAnnotation)
      break
    }
    case 'TSMethodSignature': {
      const key = readKey(w, node.key, node.computed)
      const kind = node.kind === 'get' ? kindCode.getter : node.kind === 'set' ? kindCode.setter : kindCode.method
      const flags = local | symbolFlag.ambient | (node.optional ? symbolFlag.optional : 0)
      const symbol = methodSymbol(w, kind, key, flags, node.start, node.end, node.end, true)
      const returns = readSignature(w, node, symbol)
      w.symbols.returns[symbol] = w.exprs.union([w.symbols.returns[symbol]!, returns])
      break
    }
    case 'TSCallSignatureDeclaration': {
      const { parameters } = w
      const first = parameters.of.length
      const signature = visitSignature(w, node)
      for (let at = first, end = parameters.of.length; at < end; at += 1) {
        if (parameters.of[at] === signature) w.parameterType(holder, parameters.place[at]!, parameters.type[at]!)
      }
      const returns = w.symbols.returns[signature]!
      w.symbols.returns[holder] = w.exprs.union([w.symbols.returns[holder]!, returns])
      break
    }
    case 'TSConstructSignatureDeclaration':
      constructSignature(w, node, local)
      break
    case 'TSIndexSignature':
      w.container = anyMember(w, node.start, node.end)
      w.visit.parameters(w, node.parameters, w.container, false)
      w.symbols.type[w.container] = annotation(w, node.typeAnnotation)
  }
}

/**
 * The symbol of a method: a further declaration of one the holder has already is an occurrence of
 * it, and the one with a body is the one its range is of.
 */
export function methodSymbol(
  w: Walk,
  kind: number,
  key: { readonly name: string; readonly start: number; readonly end: number },
  flags: number,
  start: number,
  end: number,
  signatureEnd: number,
  bare: boolean,
): number {
  const name = w.names.id(key.name)
  const side = (flags & symbolFlag.static) === 0 ? 0 : 1
  const place = ((w.container * 2 ** 20 + name) * 32 + kind) * 2 + side
  const known = w.methods.get(place)
  if (known === undefined) {
    const symbol = w.symbol(kind, name, flags, start, end, key.start, key.end, signatureEnd)
    w.methods.set(place, symbol)
    return symbol
  }
  const { symbols } = w
  if (!bare && (symbols.flags[known]! & symbolFlag.ambient) !== 0) {
    const { [known]: from } = symbols.nameStart
    const { [known]: to } = symbols.nameEnd
    if (to! > from!) w.occurrence(from!, to!, roleCode.type, w.exprs.symbol(known))
    symbols.redeclare(known, kind, flags, start, end, key.start, key.end, signatureEnd)
  } else if (key.end > key.start) {
    w.occurrence(key.start, key.end, roleCode.type, w.exprs.symbol(known))
  }
  return known
}
