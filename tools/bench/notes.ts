/** What belongs to a row and no figure says: what is and is not in it, where its time goes, and what was tried. */
export const notes = {
  first:
    'most of it is Node starting and loading the command. Gained: what everyday commands load stands in two files of the bundle instead of 55, no zod and no YAML parser on this path, no undici behind `node:http`, TLS and child_process only when used, agents found by reading PATH once.',
  many: 'the floor makes 600 requests and writes 600 files, without fsync. Ours makes 400 (configs stand in the manifests), fsyncs every blob, lists it, unpacks it, copies it for the agents and writes a journal, three files for each skill each time. Gained: one change of index.json for a skill instead of two, 32 skills at once, no removal of what is not there. Most of the rest is the making of files and folders (of the time in system calls: 21 % fsync, 17 % stat, 14 % mkdir, 12 % open, 9 % each rename and copy), and nothing single is large: only fewer copies (one tree instead of a store and a place) would halve it.',
  again:
    'every start of `skills` with the store loaded, a lock, 200 markers and 1,200 stats. Gained: agents were looked for once a skill (half of the time), http and TLS were loaded for nothing; folders were checked once a skill. A larger young generation for the garbage collector gained nothing.',
} as const;
