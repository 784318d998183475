/** What belongs to a row and no figure says: what is and is not in it, where its time goes, and what was tried. */
export const notes = {
  first:
    'most of it is Node loading about 55 modules of the bundle (2 to 3 ms for each on a busy machine). Gained: no zod and no YAML parser on this path, no undici behind `node:http`, TLS and child_process only when used, agents found by reading PATH once. Not tried yet: joining the small chunks of the bundle.',
  many: 'the floor makes 600 requests and writes 600 files, without fsync. Ours makes 400 (configs stand in the manifests), fsyncs every blob, lists it, unpacks it, copies it for the agents and writes a journal, three files for each skill each time. Gained: one change of index.json for a skill instead of two, 32 skills at once, no removal of what is not there. Most of the rest is the making of files and folders, and the fsyncs.',
  again:
    'every start of `skills` with the store loaded, a lock, 200 markers and 1,200 stats. Gained: agents were looked for once a skill (half of the time), http and TLS were loaded for nothing.',
} as const;
