/** `RESULTS.md` with a section in the place of the one with its title; a new one stands last, and other sections stay. */
export function replaceSection(before: string, title: string, section: string): string {
  const sections = before.split(/^(?=## )/m)
  const [head = '', ...others] =
    sections[0]?.startsWith('# ') === true ? sections : ['# How right the graph is\n\n', ...sections]
  const at = others.findIndex((one) => one.startsWith(`${title}\n`))
  const after = at < 0 ? [...others.map((one) => `${one.trimEnd()}\n\n`), section] : others.with(at, section)
  return [head, ...after].join('').replace(/\n*$/, '\n')
}
