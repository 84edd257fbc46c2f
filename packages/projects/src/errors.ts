import { ForgeError } from '@forge/errors'

/** The registry has no such project: `details.name`, and `details.names` with those it has. */
export class ProjectNotFoundError extends ForgeError {
  override readonly code = 'FORGE_PROJECT_NOT_FOUND'
}

/** Another project has the name: `details.name`, and `details.root` with its folder. */
export class ProjectNameTakenError extends ForgeError {
  override readonly code = 'FORGE_PROJECT_NAME_TAKEN'
}

/** The text cannot be the name of a project: `details.name`. */
export class ProjectNameInvalidError extends ForgeError {
  override readonly code = 'FORGE_PROJECT_NAME_INVALID'
}
