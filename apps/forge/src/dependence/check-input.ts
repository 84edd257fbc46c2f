import { GraphInputError } from '@forge/graph'
import type { CodeSliceOptions, DependenceTarget } from './dependence-types.ts'
import type { FlowOptions } from './function-flow.ts'
import type { SaveGraphsOptions } from './kept-graphs.ts'

type CallSite = (...args: never[]) => unknown

const slicing = {
  direction: ['backward', 'forward'],
  exceptions: ['direct', 'all'],
  within: [true, false],
  edges: [true, false],
} as const satisfies { readonly [Name in keyof CodeSliceOptions]?: readonly CodeSliceOptions[Name][] }

/** Throws `FORGE_GRAPH_INPUT` unless `target` is a symbol or a place. */
export function checkTarget(target: DependenceTarget, callSite: CallSite): void {
  const hint = 'Give { id } of a symbol, as graph.findSymbol finds it, or { file, line, column? }'
  if (!isObject(target)) refuse(`The code to look at must be a symbol or a place, not ${shown(target)}`, hint, callSite)
  if (!('id' in target)) checkPlace(target, callSite)
  else if (typeof target.id !== 'string') refuse(`The id must be a text, not ${shown(target.id)}`, hint, callSite)
}

/** Throws `FORGE_GRAPH_INPUT` unless `options` say a place, and how to slice. */
export function checkSlice(options: CodeSliceOptions, callSite: CallSite): void {
  const hint = 'Give { file, line, column? }'
  if (!isObject(options)) refuse(`The place to slice from must be an object, not ${shown(options)}`, hint, callSite)
  checkPlace(options, callSite)
  for (const [name, values] of Object.entries(slicing)) {
    const value: unknown = options[name as keyof typeof slicing]
    if (value === undefined || values.some((one) => one === value)) continue
    const known = values.map((one) => shown(one)).join(' or ')
    refuse(
      `The option ${name} of a slice must be ${known}, not ${shown(value)}`,
      `Correct or leave out ${name}`,
      callSite,
    )
  }
}

/** Throws `FORGE_GRAPH_INPUT` unless `options` can be followed. */
export function checkFlow(options: FlowOptions, callSite: CallSite): void {
  if (!isObject(options)) refuse(`The options must be an object, not ${shown(options)}`, 'Give { paths }', callSite)
  const { paths } = options
  if (paths === undefined || paths === Infinity || (Number.isSafeInteger(paths) && paths >= 0)) return
  refuse(
    `The number of paths must be an integer, 0 or more, not ${shown(paths)}`,
    'Correct or leave out paths',
    callSite,
  )
}

/** Throws `FORGE_GRAPH_INPUT` unless the files of `options` are paths. */
export function checkSave(options: SaveGraphsOptions, callSite: CallSite): void {
  if (!isObject(options)) refuse(`The options must be an object, not ${shown(options)}`, 'Give { files }', callSite)
  const files: unknown = options.files
  if (files === undefined || (Array.isArray(files) && files.every((file) => typeof file === 'string'))) return
  refuse(
    `The files must be a list of paths, not ${shown(files)}`,
    "Give files: ['src/a.ts'], or leave it out",
    callSite,
  )
}

function checkPlace(place: Extract<DependenceTarget, { file: string }>, callSite: CallSite): void {
  if (typeof place.file !== 'string') {
    refuse(`The file must be a path, not ${shown(place.file)}`, 'Give { file, line, column? }', callSite)
  }
  for (const name of ['line', 'column'] as const) {
    const value = place[name]
    if ((name === 'column' && value === undefined) || (Number.isSafeInteger(value) && value! >= 1)) continue
    refuse(
      `The ${name} must be an integer, 1 or more, not ${shown(value)}`,
      'Lines and columns are counted from 1, columns in UTF-16 units',
      callSite,
    )
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.slice(0, 100))
    : typeof value === 'object' && value !== null
      ? 'an object'
      : String(value)
}

function refuse(message: string, hint: string, callSite: CallSite): never {
  throw new GraphInputError(message, { hint, callSite })
}
