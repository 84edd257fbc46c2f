/** Text of a vocabulary of 5,000 words, the same for the same seed. */
export function words(count: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1
  const all: string[] = []
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // Common words are common: the square of a uniform number prefers small ones.
    const uniform = state / 2 ** 32
    all.push(`w${Math.floor(uniform * uniform * 5000).toString(36)}ord`)
  }
  return all.join(' ')
}

/** A run of 49 KB: half of it the plan, half the execution. One of `needles` has a word that only they have. */
export function runOf(number: number, needles: number): { readonly plan: string; readonly execution: string } {
  const needle = number % needles === 7 % needles ? ' needleword' : ''
  const steps = Array.from({ length: 25 }, (_, index) => ({
    id: `step-${index}`,
    tool: `tool_${index % 7}`,
    description: words(130, number * 50 + index) + (index === 3 ? needle : ''),
  }))
  const outputs = steps.map(({ id }, index) => ({
    stepId: id,
    success: true,
    output: words(132, number * 50 + 25 + index),
  }))
  return {
    plan: JSON.stringify({ planId: `plan-${number % 100}`, objective: `objective of run ${number}`, steps }),
    execution: JSON.stringify({ success: number % 10 !== 0, outputs }),
  }
}
