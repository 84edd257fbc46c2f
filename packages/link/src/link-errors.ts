import { ForgeError } from '@forge/errors'
import type { ForgeErrorOptions } from '@forge/errors'

/** The files given to the linker do not fit together, or a file is asked for that was not given. */
export class LinkInputError extends ForgeError {
  override readonly code = 'FORGE_LINK_INPUT'

  constructor(message: string, options: ForgeErrorOptions = {}) {
    super(message, {
      hint: 'Give each file one target for each row of its facts.modules, and refer to files by their index in the list',
      ...options,
    })
  }
}
