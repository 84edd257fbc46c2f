import Driver from 'better-sqlite3'

/** Every word of the full-text index: entry, column, position, word. */
export function indexedWords(file: string): unknown[] {
  const driver = new Driver(file)
  try {
    driver.exec(`create virtual table temp.words using fts5vocab(main, memory_words, instance)`)
    return driver.prepare('select doc, col, offset, term from temp.words order by doc, col, offset, term').raw().all()
  } finally {
    driver.close()
  }
}
