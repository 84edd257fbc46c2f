import Database from 'better-sqlite3'

// Run as a process of its own: reads from the file, says so, and keeps what it sees until its input ends.
const database = new Database(process.argv[2])
database.exec('begin')
database.prepare('select count(*) from sqlite_schema').get()
process.stdout.write('reading\n')
process.stdin.on('end', () => {
  database.exec('commit')
  database.close()
})
process.stdin.resume()
