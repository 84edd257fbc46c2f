import { ForgeError } from '@forge/errors'

/** The bytes are no packed facts, or were packed by another version. */
export class PackedFactsError extends ForgeError {
  override readonly code = 'FORGE_LANG_PACKED_FACTS'

  constructor(message: string, details: Readonly<Record<string, unknown>>, callSite: (...args: never[]) => unknown) {
    super(message, { hint: 'Extract the facts of the file again', details, callSite })
  }
}
