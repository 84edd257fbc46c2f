/** `statement` from its first word on: without the comments, and the empty statements, before it. */
export function withoutLeadingComments(statement: string): string {
  return statement.replace(/^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)+/, '')
}
