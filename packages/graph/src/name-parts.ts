/**
 * The words a name is made of, in lower case: `findBySymbol`, `find_by_symbol` and `FIND-BY-SYMBOL` are all
 * `find`, `by`, `symbol`; `HTTPServer2` is `http`, `server`, `2`.
 */
export function nameParts(name: string): string[] {
  const parts: string[] = []
  let start = 0
  let before: Class = 'other'
  for (let at = 0; at < name.length; at++) {
    const unit = classOf(name.charCodeAt(at))
    if (unit === before && unit !== 'upper') continue
    const wordGoesOn = before === 'upper' && unit === 'lower'
    // The last capital of a run begins the word that follows: HTTPServer is HTTP and Server.
    const runEnds = unit === 'upper' && before === 'upper' && classOf(name.charCodeAt(at + 1)) === 'lower'
    if ((before !== unit && !wordGoesOn) || runEnds) {
      if (before !== 'other') parts.push(name.slice(start, at).toLowerCase())
      start = at
    }
    before = unit
  }
  if (before !== 'other') parts.push(name.slice(start).toLowerCase())
  return parts
}

/** The rest of the name from each of its parts on: `findbysymbol`, `bysymbol`, `symbol`. */
export function partSuffixes(parts: readonly string[]): string[] {
  const suffixes: string[] = []
  let suffix = ''
  for (let index = parts.length - 1; index >= 0; index--) suffixes.unshift((suffix = parts[index]! + suffix))
  return suffixes
}

/** The first letters of the parts: `fbs`. */
export function initials(parts: readonly string[]): string {
  let letters = ''
  for (const part of parts) letters += String.fromCodePoint(part.codePointAt(0)!)
  return letters
}

type Class = 'upper' | 'lower' | 'digit' | 'other'

/** Beyond ASCII only letters with two cases tell words apart; everything else there is part of one. */
function classOf(unit: number): Class {
  if (unit >= 97 && unit <= 122) return 'lower'
  if (unit >= 65 && unit <= 90) return 'upper'
  if (unit >= 48 && unit <= 57) return 'digit'
  if (unit < 128 || Number.isNaN(unit)) return 'other'
  const letter = String.fromCharCode(unit)
  return letter !== letter.toLowerCase() && letter === letter.toUpperCase() ? 'upper' : 'lower'
}
