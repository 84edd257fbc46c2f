import { type CorpusSpec, layOut } from './corpora.ts'
import { forgeAnswers } from './forge-answers.ts'
import { measureDefinitions } from './measure.ts'
import { createOracle } from './oracle.ts'
import { measureReferences } from './references.ts'
import type { CorpusResult } from './report.ts'

/** Lays a corpus out, asks both sides, and compares. `limit` is the number of files asked about. */
export async function measureCorpus(
  spec: CorpusSpec,
  limit: number | undefined = spec.measured,
): Promise<CorpusResult> {
  const started = performance.now()
  using corpus = await layOut(spec)
  const { folder, files } = corpus
  const forge = await forgeAnswers(folder)
  using oracle = createOracle(folder, files, spec)
  const sides = { spec, oracle, forge }
  const step = limit === undefined ? 1 : Math.max(1, files.length / limit)
  const measured = files.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
  const definitions = measureDefinitions(sides, measured)
  return {
    name: spec.name,
    label:
      spec.pinned === undefined ? 'this repository’s `packages/*/src`' : `${spec.pinned.name}@${spec.pinned.version}`,
    style: spec.style,
    files: files.length,
    measured: measured.length,
    definitions,
    references: measureReferences(sides, files),
    seconds: (performance.now() - started) / 1000,
  }
}
