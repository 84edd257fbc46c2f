import type { FunctionIr } from '../ir.ts'
import { PdgInputError } from './errors.ts'
import type { FileToSave } from './pdg-store-types.ts'

type CallSite = (...args: never[]) => unknown

/** Throws unless a value is a text that is not empty. */
export function requireName(what: 'project' | 'path', value: unknown, callSite: CallSite): void {
  if (typeof value === 'string' && value !== '' && !value.includes('\0') && value.isWellFormed()) return
  throw new PdgInputError(`The ${what} cannot be ${JSON.stringify(value)?.slice(0, 200)}`, {
    hint: `Give a text that is not empty as ${what}`,
    details: { [what]: typeof value === 'string' ? value.slice(0, 200) : typeof value },
    callSite,
  })
}

/** Throws unless a file has a path, and its functions stand in its text. */
export function requireFile(file: FileToSave, callSite: CallSite): void {
  requireName('path', file?.path, callSite)
  const { path, text, ir, hashes, contentHash } = file
  const given = { text: typeof text, functions: typeof ir?.functions, contentHash: typeof (contentHash ?? '') }
  if (given.text !== 'string' || !Array.isArray(ir?.functions) || given.contentHash !== 'string') {
    throw new PdgInputError(`${path} is no file with its text and its functions`, {
      hint: 'Give `text` and `contentHash` as texts, and `ir` as `lower` gives it',
      details: { path, ...given },
      callSite,
    })
  }
  if (hashes !== undefined && hashes.length !== ir.functions.length) {
    throw new PdgInputError(`${path} has ${ir.functions.length} functions and ${hashes.length} hashes`, {
      hint: 'Give one hash for each function, or none at all',
      details: { path, functions: ir.functions.length, hashes: hashes.length },
      callSite,
    })
  }
  for (const [index, { start, end, parent }] of ir.functions.entries()) {
    const isInside = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end
    const isAfter = Number.isInteger(parent) && parent >= -1 && parent < index
    if (isInside && end <= text.length && isAfter) continue
    throw new PdgInputError(`Function ${index} of ${path} does not stand in the text of the file`, {
      hint: 'Give the text that the functions were made from',
      details: { path, index, start, end, parent, length: text.length },
      callSite,
    })
  }
}

/** Throws unless a text can be that of a function. */
export function requireTextOf(text: string, ir: FunctionIr, callSite: CallSite): void {
  if (typeof text !== 'string' || typeof ir !== 'object') {
    throw new PdgInputError('What is to be saved is no file and no function', {
      hint: 'Give `{ path, text, ir }`, a list of those, or a function as `{ text, ir }`',
      details: { text: typeof text, ir: typeof ir },
      callSite,
    })
  }
  if (text.length === ir.end - ir.start) return
  throw new PdgInputError(`The function has ${ir.end - ir.start} characters, and its text ${text.length}`, {
    hint: 'Give the text of the function alone: `text.slice(ir.start, ir.end)`',
    details: { start: ir.start, end: ir.end, length: text.length },
    callSite,
  })
}

/** Throws unless an offset can be one. */
export function requireOffset(offset: number, callSite: CallSite): void {
  if (Number.isSafeInteger(offset) && offset >= 0) return
  throw new PdgInputError(`The offset cannot be ${offset}`, {
    hint: 'Give a whole number from 0: UTF-16 code units from the start of the file',
    details: { offset },
    callSite,
  })
}
