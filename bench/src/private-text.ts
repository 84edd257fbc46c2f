/** `text` with addresses and absolute paths cut down to what says nothing about the machine it comes from. */
export function withoutPaths(text: string): string {
  return text
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '<address>')
    .replace(/(?<![\w.@])(?:\/[\w.@+~-]+)+\/([\w.@+~-]+)/g, '…/$1')
    .slice(0, 300)
}
