import { type FunctionIr, GraphTooLargeError } from '@forge/pdg'

/** Makes the graph of a function; one that is too large is named in `FORGE_PDG_TOO_LARGE`. */
export function namedTooLarge<T>(
  make: () => T,
  { kind, name }: FunctionIr,
  { file, line: lineOf }: { readonly file: string; readonly line: () => number },
): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof GraphTooLargeError)) throw error
    const line = lineOf()
    const called = name === '' ? kind : `${kind} ${name}`
    throw new GraphTooLargeError(`The ${called} at ${file}:${line} is too large: ${error.message}`, {
      hint: error.hint ?? '',
      details: { ...error.details, file, line },
      cause: error,
    })
  }
}
