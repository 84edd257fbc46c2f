import type {
  AccessorProperty,
  Class,
  Expression,
  MethodDefinition,
  PropertyDefinition,
  StaticBlock,
  TSClassImplements,
} from 'oxc-parser'
import { noteDeclaredMembers } from './assigned-members.ts'
import { createCounts, keepCounts } from './code-counts.ts'
import type { CodeCounts } from './code-counts.ts'
import { kindCode, roleCode } from './codes.ts'
import { hoistVariables, valueSignatureEnd } from './declare.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import { functionFlags, visitFunction } from './functions.ts'
import { visitInitialiser } from './initialiser.ts'
import { readKey } from './keys.ts'
import type { Key } from './keys.ts'
import { redeclared, use, useMember } from './names.ts'
import { visitDecorators, visitMemberDecorators } from './patterns.ts'
import { SPACE, TYPE, VALUE } from './scopes.ts'
import { classIn, functionIn } from './shapes.ts'
import { annotation, anyMember, methodSymbol, typeArguments, typeParameters } from './types.ts'
import type { Walk } from './walk.ts'

/** Reads a class whose symbol exists already. */
export function visitClass(w: Walk, node: Class, symbol: number): void {
  const { container, owner, holder, around, self, base, ambient } = w
  visitDecorators(w, node.decorators)
  w.around = owner
  w.scopes.enter()
  if (node.id !== null && node.type === 'ClassExpression') {
    const name = w.names.id(node.id.name)
    w.scopes.bind(name, VALUE, symbol)
    w.scopes.bind(name, TYPE, symbol)
    redeclared(w, symbol, node.id)
  }
  w.container = symbol
  if ((w.symbols.flags[symbol]! & symbolFlag.hidden) === 0) w.holder = symbol
  w.owner = w.holder
  w.ambient = ambient || node.declare === true
  typeParameters(w, node.typeParameters)
  if (node.superClass !== null) {
    // What is called for a base runs where the class stands.
    if (node.superClass.type === 'CallExpression') w.owner = owner
    const base = w.visit.reference(w, node.superClass, roleCode.extends)
    w.owner = w.holder
    const args = typeArguments(w, node.superTypeArguments)
    // An interface of the same name may have said what it extends.
    const inherited = args === null ? base : w.exprs.instance(base, args)
    w.symbols.type[symbol] = w.exprs.union([w.symbols.type[symbol]!, inherited])
  }
  for (const heritage of node.implements ?? []) visitImplements(w, heritage)
  bindPrivateNames(w, node, symbol)
  noteDeclaredMembers(w, node, symbol)
  const counts = countsOf(w, node, symbol)
  for (const member of node.body.body) {
    w.container = symbol
    switch (member.type) {
      case 'MethodDefinition':
      case 'TSAbstractMethodDefinition':
        visitMethod(w, member, symbol)
        break
      case 'PropertyDefinition':
      case 'TSAbstractPropertyDefinition':
      case 'AccessorProperty':
      case 'TSAbstractAccessorProperty':
        visitField(w, member, symbol, counts)
        break
      case 'StaticBlock':
        visitStaticBlock(w, member, symbol, counts)
        break
      case 'TSIndexSignature':
        w.container = anyMember(w, member.start, member.end)
        w.visit.parameters(w, member.parameters, w.container, false)
        w.symbols.type[w.container] = annotation(w, member.typeAnnotation)
    }
  }
  if (counts !== w.counts) keepCounts(w, counts)
  w.scopes.leave()
  w.container = container
  w.owner = owner
  w.holder = holder
  w.around = around
  w.self = self
  w.base = base
  w.ambient = ambient
}

/** What the values of fields and the static blocks of a class are counted in: of one without a name, in what is around. */
function countsOf(w: Walk, node: Class, symbol: number): CodeCounts {
  const hasCode = node.body.body.some((member) => {
    const isField = member.type === 'PropertyDefinition' || member.type === 'AccessorProperty'
    return member.type === 'StaticBlock' || (isField && member.value !== null)
  })
  return hasCode && (w.symbols.flags[symbol]! & symbolFlag.hidden) === 0 ? createCounts(symbol, NONE) : w.counts
}

/** Reads what runs when a class or an object of it is made. */
function inCode(w: Walk, counts: CodeCounts, node: object, read: () => number): number {
  const outer = w.counts
  if (counts !== outer) w.codes.set(node, counts.symbol)
  w.counts = counts
  const value = read()
  w.counts = outer
  return value
}

/** Reads a class that initialises nothing by itself: hidden, unless it has a name of its own. */
export function classExpression(w: Walk, node: Class): number {
  const { id } = node
  const flags = node.abstract === true ? symbolFlag.abstract : 0
  const symbol =
    id === null
      ? w.hidden(kindCode.class, flags, node.start, node.end)
      : w.symbol(kindCode.class, w.names.id(id.name), flags, node.start, node.end, id.start, id.end, node.body.start)
  visitClass(w, node, symbol)
  return w.exprs.symbol(symbol)
}

function visitImplements(w: Walk, node: TSClassImplements): void {
  heritageName(w, node.expression, roleCode.implements)
  typeArguments(w, node.typeArguments)
}

/** Reads a name after `implements` or after `extends` of an interface: a type, with namespaces left of its dots. */
export function heritageName(w: Walk, node: Expression, role: number): number {
  return qualifiedName(w, node, TYPE, role)
}

function qualifiedName(w: Walk, node: Expression, meaning: number, role: number): number {
  if (node.type === 'Identifier') return use(w, node, meaning, role)
  if (node.type !== 'MemberExpression' || node.computed) return w.visit.expression(w, node)
  return useMember(w, qualifiedName(w, node.object, SPACE, roleCode.type), node.property, role)
}

/** A private name is bound to its class and side (`class * 2 + static`), so that `x.#a` needs no type of `x`. */
function bindPrivateNames(w: Walk, node: Class, symbol: number): void {
  for (const member of node.body.body) {
    if ('key' in member && member.key.type === 'PrivateIdentifier') {
      w.scopes.bind(w.names.id(`#${member.key.name}`), VALUE, symbol * 2 + (member.static ? 1 : 0))
    }
  }
}

function memberFlags(node: MethodDefinition | PropertyDefinition | AccessorProperty): number {
  return (
    (node.static ? symbolFlag.static : 0) |
    (node.optional === true ? symbolFlag.optional : 0) |
    (node.key.type === 'PrivateIdentifier' ? symbolFlag.private : 0)
  )
}

/** `this` and `super` inside a member. */
function enterMember(w: Walk, symbol: number, isStatic: boolean): void {
  w.self = w.exprs.self(symbol, isStatic)
  w.base = w.exprs.base(symbol, isStatic)
}

function visitMethod(w: Walk, node: MethodDefinition, holder: number): void {
  visitMemberDecorators(w, node.decorators)
  const key = readKey(w, node.key, node.computed)
  const { value } = node
  const bare = value.body === null
  const abstract = node.type === 'TSAbstractMethodDefinition'
  const flags =
    memberFlags(node) | functionFlags(value) | (bare ? symbolFlag.ambient : 0) | (abstract ? symbolFlag.abstract : 0)
  const kind = methodKind(node.kind)
  const symbol = methodSymbol(w, kind, key, flags, node.start, node.end, bare ? node.end : value.body!.start, bare)
  enterMember(w, holder, node.static)
  visitFunction(w, value, symbol, true)
}

function methodKind(kind: MethodDefinition['kind']): number {
  switch (kind) {
    case 'constructor':
      return kindCode.constructor
    case 'get':
      return kindCode.getter
    case 'set':
      return kindCode.setter
    case 'method':
      return kindCode.method
  }
}

function visitField(w: Walk, node: PropertyDefinition | AccessorProperty, holder: number, counts: CodeCounts): void {
  visitMemberDecorators(w, node.decorators)
  const key = readKey(w, node.key, node.computed)
  const symbol = fieldSymbol(w, node, key)
  const { container, inFunction } = w
  enterMember(w, holder, node.static)
  w.inFunction = false
  w.container = symbol
  const declared = annotation(w, node.typeAnnotation)
  const { value: initial } = node
  const value = initial === null ? NONE : inCode(w, counts, initial, () => visitInitialiser(w, initial, symbol, true))
  w.symbols.type[symbol] = declared < 0 ? value : declared
  if (declared >= 0) {
    w.symbols.flow[symbol] = value
    w.expect(value < 0 ? w.exprs.symbol(symbol) : value, declared)
    w.symbols.flags[symbol]! |= symbolFlag.typed
    w.typed.add(symbol)
  }
  w.container = container
  w.inFunction = inFunction
}

function fieldSymbol(w: Walk, node: PropertyDefinition | AccessorProperty, key: Key): number {
  const flags =
    memberFlags(node) |
    (node.readonly === true ? symbolFlag.readonly : 0) |
    (node.declare === true ? symbolFlag.ambient : 0) |
    (node.type.startsWith('TSAbstract') ? symbolFlag.abstract | symbolFlag.ambient : 0)
  const { start, end } = node
  const name = w.names.id(key.name)
  const callable = functionIn(node.value)
  if (callable !== null) {
    const all = flags | functionFlags(callable)
    return w.symbol(kindCode.method, name, all, start, end, key.start, key.end, callable.body?.start ?? callable.end)
  }
  const inner = classIn(node.value)
  if (inner !== null) return w.symbol(kindCode.class, name, flags, start, end, key.start, key.end, inner.body.start)
  const typeEnd = node.typeAnnotation?.end ?? node.key.end
  const signatureEnd = valueSignatureEnd(w, typeEnd, node.value, end)
  return w.symbol(kindCode.property, name, flags, start, end, key.start, key.end, signatureEnd)
}

function visitStaticBlock(w: Walk, node: StaticBlock, holder: number, counts: CodeCounts): void {
  const { inFunction } = w
  enterMember(w, holder, true)
  w.inFunction = true
  w.scopes.enter()
  hoistVariables(w, node.body)
  inCode(w, counts, node, () => {
    w.visit.block(w, node.body)
    return NONE
  })
  w.scopes.leave()
  w.inFunction = inFunction
}
