/** Text met in a file, each string once, known by the order it was first met in. */
export class Strings {
  readonly #ids = new Map<string, number>()
  readonly values: string[] = []

  /** The number of `text`. */
  id(text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    const id = this.values.length
    this.#ids.set(text, id)
    this.values.push(text)
    return id
  }
}
