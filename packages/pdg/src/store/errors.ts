import { ForgeError } from '@forge/errors'

/** Bytes are not what was packed: they were damaged, or are something else. */
export class PdgDamagedError extends ForgeError {
  override readonly code = 'FORGE_PDG_DAMAGED'
}

/** What was packed by a version of Forge that this one does not know: `details.version`. */
export class PdgVersionError extends ForgeError {
  override readonly code = 'FORGE_PDG_VERSION'
}

/** A project, a path, a hash or a vector cannot be: `details` says which. */
export class PdgInputError extends ForgeError {
  override readonly code = 'FORGE_PDG_INPUT'
}
