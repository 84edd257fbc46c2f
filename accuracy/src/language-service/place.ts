/** A file and an offset in it, or a file as a module: `src/pool.ts:120`, `src/pool.ts:module`. */
export type Place = `${string}:${number | 'module'}`

/** Makes a {@link Place}. */
export function placeOf(file: string, offset: number | 'module'): Place {
  return `${file}:${offset}`
}

/** Takes a {@link Place} apart. */
export function partsOf(place: Place): { readonly file: string; readonly offset: number | 'module' } {
  const cut = place.lastIndexOf(':')
  const offset = place.slice(cut + 1)
  return { file: place.slice(0, cut), offset: offset === 'module' ? offset : Number(offset) }
}
