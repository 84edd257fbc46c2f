import { ProjectNameInvalidError } from './errors.ts'

const longest = 100
const forbidden = /[:\\\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u
const beginning = /^[\p{L}\p{N}_@]/u

/**
 * The name, normalised (NFC).
 *
 * One that begins like a path or an option would be taken for it; `:` ends the name of a project in front of a symbol.
 *
 * @throws ProjectNameInvalidError `FORGE_PROJECT_NAME_INVALID`
 */
export function requireName(given: unknown, callSite: (...args: never[]) => unknown): string {
  const name = typeof given === 'string' ? given.normalize() : ''
  if (isName(name)) return name
  const shown = JSON.stringify(typeof given === 'string' ? given.slice(0, longest) : typeof given)
  throw new ProjectNameInvalidError(`${shown} cannot be the name of a project`, {
    hint: `A name has 1 to ${longest} characters, begins with a letter, a digit, _ or @, does not end with a space, and has no :, no \\ and no control character`,
    details: { name: typeof given === 'string' ? given.slice(0, 1000) : typeof given },
    callSite,
  })
}

/** The first of `text`, `text-2`, `text-3` … that is free, where `text` was made a name. */
export function freeName(text: string, isTaken: (name: string) => boolean): string {
  const base = nameLike(text)
  for (let name = base, number = 2; ; name = `${base}-${number++}`) if (!isTaken(name)) return name
}

function nameLike(text: string): string {
  const allowed = text
    .normalize()
    .replaceAll(new RegExp(forbidden, 'gu'), '-')
    .replace(/^[^\p{L}\p{N}_@]+/u, '')
  // There is to be room for a number.
  const name = allowed
    .slice(0, longest - 12)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
    .trimEnd()
  return isName(name) ? name : 'project'
}

function isName(name: string): boolean {
  return name.length <= longest && beginning.test(name) && !forbidden.test(name) && name.trimEnd() === name
}
