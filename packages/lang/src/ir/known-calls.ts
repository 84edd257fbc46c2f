import { instructionFlag } from '@forge/pdg'

/** Functions of the language that write nothing that others see, by their holder; `*` for all that it has. */
const pureMembers: Readonly<Record<string, readonly string[]>> = {
  Array: ['isArray', 'of'],
  Date: ['now', 'parse', 'UTC'],
  JSON: ['parse', 'stringify'],
  Math: ['*'],
  Number: ['*'],
  Object: [
    'entries',
    'fromEntries',
    'getOwnPropertyNames',
    'getPrototypeOf',
    'hasOwn',
    'is',
    'isFrozen',
    'keys',
    'values',
  ],
  Reflect: ['get', 'has', 'ownKeys'],
  String: ['*'],
  Symbol: ['*'],
  console: ['*'],
  performance: ['now'],
}

const pureFunctions = new Set(
  'Array BigInt Boolean Error Number RangeError Set Map RegExp String Symbol TypeError URL WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt structuredClone'.split(
    ' ',
  ),
)

/** What `new` makes that keeps what it is given, and runs no code of anybody's. */
const containers = new Set('Array Map Set WeakMap WeakSet'.split(' '))

/** Methods of arrays, maps, sets, texts and regular expressions that write nothing. */
const readingMethods = new Set(
  'at charAt charCodeAt codePointAt concat endsWith entries every filter find findIndex findLast findLastIndex flat flatMap forEach get has includes indexOf join keys lastIndexOf localeCompare map match matchAll padEnd padStart reduce reduceRight repeat replace replaceAll search slice some split startsWith substring test toFixed toLocaleString toLowerCase toReversed toSorted toSpliced toString toUpperCase trim trimEnd trimStart valueOf values with'.split(
    ' ',
  ),
)

/** Methods of containers that write them. */
const writingMethods = new Set(
  'add clear copyWithin delete fill pop push reverse set shift sort splice unshift'.split(' '),
)

/** The flags of a call of a global function. */
export function globalCallFlags(name: string): number {
  return pureFunctions.has(name) ? instructionFlag.pure : 0
}

/** The flags of a call of a member of a global object. */
export function globalMemberFlags(holder: string, name: string): number {
  const known = Object.hasOwn(pureMembers, holder) ? pureMembers[holder]! : []
  return known.includes(name) || known[0] === '*' ? instructionFlag.pure : 0
}

/** The flags of a call of a method by its name: what it does if its receiver is a container. */
export function methodFlags(name: string): number {
  if (readingMethods.has(name)) return instructionFlag.container | instructionFlag.pure
  return writingMethods.has(name) ? instructionFlag.container : 0
}

/** The flags of `new` of a global. */
export function globalConstructFlags(name: string): number {
  return containers.has(name) ? instructionFlag.container | instructionFlag.pure : globalCallFlags(name)
}
