import { ParameterError } from './errors.ts'

/** The values a prepared query is run with: nothing where it has no parameters. */
export type ParameterArguments<P> = keyof P extends never ? [] : [params: P]

/** Stands in a query for a value that is given when the query is run. */
export class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  /** Refuses to pass for a value: `${param.name}%` would compile the text of this object into the query. */
  [Symbol.toPrimitive](): never {
    throw new ParameterError(`The parameter ${this.name} has no value while the query is built`, {
      hint: 'Pass the parameter itself to Kysely, and compute with values where the query is run, or with sql``',
      details: { parameter: this.name },
    })
  }
}

/** An object each property of which is the {@link Placeholder} of that name. */
export function placeholders<P extends object>(): P {
  const known = new Map<string, Placeholder>()
  return new Proxy(Object.create(null), {
    get(_target, name) {
      if (typeof name === 'symbol') return undefined
      let placeholder = known.get(name)
      if (placeholder === undefined) known.set(name, (placeholder = new Placeholder(name)))
      return placeholder
    },
  }) as P
}
