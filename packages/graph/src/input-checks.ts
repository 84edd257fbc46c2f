import { GraphInputError } from './errors.ts'
import type { DiagnosticInput, FileInput, NodeInput } from './graph-types.ts'

type CallSite = (...args: never[]) => unknown

const hashBytes = 32

/** Throws `FORGE_GRAPH_INPUT` unless `file` can be stored. */
export function checkFile(file: FileInput, callSite: CallSite): void {
  checkPath(file.path, callSite)
  if (file.hash.length !== hashBytes) {
    refuse(`The hash of "${file.path}" has ${file.hash.length} bytes`, 'Give the 32 bytes of a BLAKE3 hash', callSite)
  }
}

/** Throws `FORGE_GRAPH_INPUT` unless the nodes of a file can be stored. */
export function checkNodes(path: string, nodes: readonly NodeInput[], callSite: CallSite): void {
  const descriptors = new Set<string>()
  for (const { descriptor, kind, hash, start, end, nameStart, nameEnd } of nodes) {
    const symbol = `The symbol "${descriptor}" of "${path}"`
    if (descriptors.has(descriptor)) refuse(`${symbol} is there twice`, 'Number equal descriptors', callSite)
    descriptors.add(descriptor)
    if (kind === 'external') {
      refuse(`${symbol} is said to be outside the project`, 'Make external symbols with externalNode', callSite)
    }
    if (!(start >= 0 && start <= end && nameStart >= 0 && nameStart <= nameEnd)) {
      refuse(`${symbol} ends before it starts`, 'Give half-open ranges of UTF-16 units', callSite)
    }
    if (hash !== null && hash.length !== hashBytes) {
      refuse(`${symbol} has a hash of ${hash.length} bytes`, 'Give the 32 bytes of a BLAKE3 hash, or null', callSite)
    }
  }
}

/** Throws `FORGE_GRAPH_INPUT` unless `diagnostic` can be stored. */
export function checkDiagnostic(diagnostic: DiagnosticInput, callSite: CallSite): void {
  checkPath(diagnostic.path, callSite)
  if ((diagnostic.start === undefined) === (diagnostic.end === undefined)) return
  refuse(`A diagnostic of "${diagnostic.path}" has half a range`, 'Give both start and end, or neither', callSite)
}

/** Which paths there are is the indexer's to decide; a few could not be told from other things. */
function checkPath(path: string, callSite: CallSite): void {
  if (path !== '' && !path.startsWith('/') && !path.startsWith('external:')) return
  refuse(
    `${JSON.stringify(path)} is no path inside a project`,
    'Give a path relative to the project, with "/"',
    callSite,
  )
}

function refuse(message: string, hint: string, callSite: CallSite): never {
  throw new GraphInputError(message, { hint, callSite })
}
