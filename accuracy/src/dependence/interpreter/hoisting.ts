import type { Directive, Function as FunctionNode, Node, Statement, VariableDeclaration } from 'oxc-parser'

/** What a list of statements declares. */
export interface HoistedNames {
  /** By `var`, in nested statements too. */
  readonly variables: readonly string[]
  /** By `let`, `const` and `class`, in the list itself. */
  readonly lexical: readonly string[]
  readonly functions: readonly FunctionNode[]
}

export function hoistedNames(statements: readonly (Directive | Statement)[]): HoistedNames {
  const lexical: string[] = []
  const functions: FunctionNode[] = []
  for (const statement of statements) {
    if (statement.type === 'FunctionDeclaration') functions.push(statement)
    else if (statement.type === 'ClassDeclaration') lexical.push(statement.id!.name)
    else if (statement.type === 'VariableDeclaration' && statement.kind !== 'var')
      lexical.push(...declaredBy(statement))
  }
  return { variables: statements.flatMap((statement) => variablesOf(statement)), lexical, functions }
}

function variablesOf(statement: Directive | Statement): string[] {
  switch (statement.type) {
    case 'VariableDeclaration':
      return statement.kind === 'var' ? declaredBy(statement) : []
    case 'BlockStatement':
      return statement.body.flatMap((one) => variablesOf(one))
    case 'IfStatement':
      return [statement.consequent, ...(statement.alternate === null ? [] : [statement.alternate])].flatMap((one) =>
        variablesOf(one),
      )
    case 'ForStatement':
      return [
        ...(statement.init?.type === 'VariableDeclaration' ? variablesOf(statement.init) : []),
        ...variablesOf(statement.body),
      ]
    case 'ForOfStatement':
    case 'ForInStatement':
      return [
        ...(statement.left.type === 'VariableDeclaration' ? variablesOf(statement.left) : []),
        ...variablesOf(statement.body),
      ]
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
      return variablesOf(statement.body)
    case 'SwitchStatement':
      return statement.cases.flatMap(({ consequent }) => consequent.flatMap((one) => variablesOf(one)))
    case 'TryStatement':
      return [statement.block, statement.handler?.body, statement.finalizer].flatMap((one) =>
        one == null ? [] : variablesOf(one),
      )
    default:
      return []
  }
}

function declaredBy({ declarations }: VariableDeclaration): string[] {
  return declarations.flatMap(({ id }) => namesIn(id))
}

/** The variables of a pattern. */
function namesIn(pattern: Node | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name]
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => namesIn(element))
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        property.type === 'RestElement' ? namesIn(property) : namesIn(property.value),
      )
    default:
      return []
  }
}
