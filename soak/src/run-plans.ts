/** The plan of a run of one process, as text that JSON would write otherwise, and the word that no other run has. */
export function runPlan(prefix: string, number: number): { readonly text: string; readonly word: string } {
  const word = `p${prefix}n${number}e`
  const filler = 'what was planned here is only there to take room '.repeat(number % 40)
  return { text: `{ "objective": "find ${word}",  "number":${number}.0, "filler": "${filler}" }`, word }
}

/** The number in the text of {@link runPlan}. */
export function numberOfPlan(text: string): number {
  return (JSON.parse(text) as { readonly number: number }).number
}
