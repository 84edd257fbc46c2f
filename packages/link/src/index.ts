export { confidences, edgeKinds } from './link-types.ts'
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
} from './link-types.ts'
