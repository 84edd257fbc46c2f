/** Mirrors the graph of {@link manyFiles} into the file it is given, and says when it begins. */
import { createAnalytics } from '@forge/analytics'
import { manyFiles } from './mirrored.ts'

const analytics = createAnalytics({
  file: process.argv[2]!,
  source: { graph: manyFiles(Number(process.argv[3])).source },
})
process.stdout.write('begin\n')
await analytics.sync()
process.stdout.write('end\n')
