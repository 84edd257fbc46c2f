import { z } from '@hono/zod-openapi'

/** A whole number in an address, in decimal digits. */
export function wholeNumber(least: number, most: number, description: string) {
  return z
    .string()
    .regex(/^\d{1,16}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().min(least, `must be ${least} or more`).max(most, `must be ${most} or less`))
    .openapi({ type: 'integer', minimum: least, maximum: most, description })
}

/** {@link wholeNumber}, with the one that is meant where there is none. */
export function wholeNumberOr(fallback: number, least: number, most: number, description: string) {
  return wholeNumber(least, most, description).default(fallback).openapi({ default: fallback })
}

/** One or several texts of the same name in an address. */
export function listOf<T extends string>(each: z.ZodType<T>, items: { readonly enum?: T[] }, description: string) {
  return z
    .union([each, z.array(each)])
    .transform((value): readonly T[] => (Array.isArray(value) ? value : [value]))
    .openapi({ type: 'array', items: { type: 'string', ...items }, description })
}

/** `true` or `false` in an address, with the one that is meant where there is none. */
export function flagOr(fallback: boolean, description: string) {
  return z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .default(fallback)
    .openapi({ type: 'boolean', default: fallback, description })
}

/** A moment as whole milliseconds since the epoch. */
export const time = z.int().min(0).openapi({ description: 'Milliseconds since the epoch, UTC' })
