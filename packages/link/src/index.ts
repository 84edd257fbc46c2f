export { createLinker, createLinkerInSteps, createUpdatableLinker } from './create-linker.ts'
export { LinkInputError } from './link-errors.ts'
export { confidences, edgeKinds, throughRole } from './link-types.ts'
export { createPublicNames } from './public-names.ts'
export type { NameTarget, PublicName, PublicNames } from './public-names.ts'
export type {
  Confidence,
  EdgeKind,
  FileEdges,
  FileLinks,
  Linker,
  LinkFile,
  ModuleTarget,
  UnresolvedReason,
  UnresolvedReference,
  UpdatableLinker,
} from './link-types.ts'
