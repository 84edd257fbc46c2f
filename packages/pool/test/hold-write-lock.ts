import Database from 'better-sqlite3'

// Run as a process of its own: takes the write lock of the file, says so, and keeps it until its input ends.
const database = new Database(process.argv[2])
database.exec('begin immediate')
process.stdout.write('locked\n')
process.stdin.on('end', () => {
  database.exec('commit')
  database.close()
})
process.stdin.resume()
