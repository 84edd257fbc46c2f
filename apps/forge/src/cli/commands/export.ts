import type { CommandContext, StreamedAnswer } from '../command.ts'

/** `forge export`. */
export async function run(context: CommandContext): Promise<StreamedAnswer> {
  const { forge, freshness } = await context.open()
  return { lines: forge.graph.exportLines(), freshness }
}
