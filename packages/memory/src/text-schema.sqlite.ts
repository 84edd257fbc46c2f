import type { MigrationStatement } from '@forge/migrate'
import { sql } from 'kysely'

/** The full-text table: words without the texts, which `memories` has. */
export function createMemoryWords(): readonly MigrationStatement[] {
  return [
    sql`create virtual table memory_words using fts5 (
      content, title, parts, marks, content='', contentless_delete=1, tokenize='ascii'
    )`,
  ]
}

/** Takes back {@link createMemoryWords}. */
export function dropMemoryWords(): readonly MigrationStatement[] {
  return [sql`drop table memory_words`]
}

/** What keeps index, tags and totals in step with the entries, whoever writes. */
export function createMemoryTriggers(): readonly MigrationStatement[] {
  return [
    sql`create view memory_documents as
      select project, number, id, type, time, created_at, used_at, pinned, bytes, session, encoding, content, metadata,
        null as tags, null as words, null as title_words, null as part_words, null as marks
      from memories`,
    sql`create trigger memory_documents_insert instead of insert on memory_documents begin
      insert into memories (project, number, id, type, time, created_at, used_at, pinned, bytes, session, encoding, content, metadata)
      values (new.project, new.number, new.id, new.type, new.time, new.created_at, new.used_at, new.pinned, new.bytes,
        new.session, new.encoding, new.content, new.metadata);
      insert into memory_tags (project, tag, number) select new.project, value, new.number from json_each(new.tags);
      insert into memory_words (rowid, content, title, parts, marks)
      values ((new.project << 40) | new.number, new.words, new.title_words, new.part_words, new.marks);
    end`,
    sql`create trigger memory_documents_update instead of update on memory_documents begin
      update memories set type = new.type, time = new.time, created_at = new.created_at, used_at = new.used_at,
        pinned = new.pinned, bytes = new.bytes, session = new.session, encoding = new.encoding, content = new.content,
        metadata = new.metadata
      where project = old.project and number = old.number;
      delete from memory_tags where project = old.project and number = old.number;
      insert into memory_tags (project, tag, number) select old.project, value, old.number from json_each(new.tags);
      update memory_words set content = new.words, title = new.title_words, parts = new.part_words, marks = new.marks
      where rowid = (old.project << 40) | old.number;
    end`,
    sql`create trigger memories_insert after insert on memories begin
      insert into memory_totals (project, type, entries, bytes) values (new.project, new.type, 1, new.bytes)
      on conflict (project, type) do update set entries = entries + 1, bytes = bytes + excluded.bytes;
    end`,
    sql`create trigger memories_update after update of type, bytes on memories begin
      update memory_totals set entries = entries - 1, bytes = bytes - old.bytes
      where project = old.project and type = old.type;
      insert into memory_totals (project, type, entries, bytes) values (new.project, new.type, 1, new.bytes)
      on conflict (project, type) do update set entries = entries + 1, bytes = bytes + excluded.bytes;
    end`,
    sql`create trigger memories_delete after delete on memories begin
      update memory_totals set entries = entries - 1, bytes = bytes - old.bytes
      where project = old.project and type = old.type;
      delete from memory_words where rowid = (old.project << 40) | old.number;
    end`,
  ]
}

/** Takes back {@link createMemoryTriggers}. */
export function dropMemoryTriggers(): readonly MigrationStatement[] {
  return [
    sql`drop trigger memories_delete`,
    sql`drop trigger memories_update`,
    sql`drop trigger memories_insert`,
    sql`drop view memory_documents`,
  ]
}
