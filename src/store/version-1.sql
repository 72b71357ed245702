-- A findings store as version 1 wrote it: one run, one finding that is open and one that is resolved. All data is made up.
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    job TEXT,
    targets TEXT NOT NULL      -- JSON
);
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES series (id),
    started INTEGER NOT NULL,
    finished INTEGER,
    slot INTEGER,              -- the moment of the schedule that it ran for
    result TEXT NOT NULL,      -- RUNNING, COMPLETE, INTERRUPTED, FAILED
    objects INTEGER NOT NULL DEFAULT 0,
    partial INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    high INTEGER NOT NULL DEFAULT 0,
    medium INTEGER NOT NULL DEFAULT 0,
    low INTEGER NOT NULL DEFAULT 0,
    suppressed INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    resolved INTEGER NOT NULL DEFAULT 0,
    summary TEXT               -- the last line of the jsonl report
);
CREATE TABLE object (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES series (id),
    path BLOB NOT NULL,
    embedded BLOB NOT NULL,    -- empty for the file itself
    gap TEXT,                  -- the line of the jsonl report, if it was not inspected in full
    last_seen INTEGER NOT NULL,
    last_run INTEGER NOT NULL,
    UNIQUE (series, path, embedded)
);
CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES series (id),
    uid TEXT NOT NULL,         -- the finding's own id
    object INTEGER NOT NULL REFERENCES object (id),
    severity INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    document TEXT NOT NULL,    -- the line of the jsonl report
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    last_run INTEGER NOT NULL,
    resolved INTEGER,
    UNIQUE (series, uid)
);
PRAGMA application_id = 1952542054;
PRAGMA user_version = 1;
INSERT INTO series VALUES (1, '["nightly","/etc/tamis.toml"]', 'nightly', '["/srv"]');
INSERT INTO run VALUES (1, 1, 1764000000000, 1764000000000, 1764000000000, 'COMPLETE', 2, 0, 0, 2, 0, 0, 0, 2, 0, '{"type":"summary","schemaVersion":"1.0","complete":true,"tool":{"name":"tamis","version":"0.1.0","identifierSetVersion":"0b51ced80681e2945a5d84754ee06f74","identifiers":[{"id":"USA_SOCIAL_SECURITY_NUMBER","name":"US Social Security number","description":"Nine digits in the form of an issued number; there is no check digit.","category":"PERSONAL_INFORMATION","custom":false,"tags":["PII","US","CCPA","GLBA","HIPAA"],"random":false,"precision":"high","severityLevels":[{"occurrencesThreshold":1,"severity":"High"}],"remediation":""}]},"scan":{"id":"e8bf26b1e764673cac44256d6c36240c","startedAt":"2026-11-26T06:13:47.615Z","finishedAt":"2026-11-26T06:13:47.658Z","targets":["tree"],"complete":true,"gate":{"failOn":null,"strict":false},"configuration":{"allow":[],"config":null,"custom":[],"exclude":[],"excludeExt":[],"fingerprintAlgorithm":"v1","fingerprintKeyed":false,"identifiers":"recommended","include":[],"includeExt":[],"maxDepthArchive":10,"maxExtracted":10737418240,"maxFileSize":null,"maxMember":3221225472,"maxMembers":1000000,"maxOccurrences":1000,"maxRatio":1000,"minFileSize":null,"minSeverity":"Low","newerThan":null,"noSuppress":false,"olderThan":null,"timeoutPerFileSeconds":600.0}},"summary":{"objects":{"total":2,"classified":2,"sensitive":2,"partial":0,"skipped":0},"bytes":{"total":34,"classified":34},"findings":{"total":2,"high":2,"medium":0,"low":0,"suppressed":0,"baselined":0},"byCategory":{"PERSONAL_INFORMATION":2},"byType":{"USA_SOCIAL_SECURITY_NUMBER":2},"bySkipReason":{},"allowed":{"byList":{},"inlineMarks":0,"placeholders":0},"suppressions":[],"leftOut":{},"sensitivityScore":57,"durationSeconds":0.042}}');
INSERT INTO object VALUES (1, 1, X'303031', X'', NULL, 1764000000000, 1);
INSERT INTO finding VALUES (1, 1, 'c195f31cc8f22bb9443e3c2ac9614bca', 1, 3, 0, '{"schemaVersion":"1.0","id":"c195f31cc8f22bb9443e3c2ac9614bca","type":"SensitiveData:File/Personal","category":"CLASSIFICATION","title":"The file contains personal information.","description":"The file contains 1 occurrence of personal information: US Social Security number.","severity":{"description":"High","score":3},"createdAt":"2026-11-26T06:13:47.615Z","updatedAt":"2026-11-26T06:13:47.615Z","count":1,"archived":false,"sample":false,"resourcesAffected":{"file":{"path":"001","extension":"","size":17,"lastModified":"2026-11-26T06:13:47.369Z","mode":"0644","embeddedFileDetails":null}},"classificationDetails":{"jobId":"e8bf26b1e764673cac44256d6c36240c","originType":"SENSITIVE_DATA_DISCOVERY_JOB","result":{"status":{"code":"COMPLETE","reason":null},"mimeType":"text/plain","sizeClassified":17,"additionalOccurrences":false,"sensitiveData":[{"category":"PERSONAL_INFORMATION","totalCount":1,"detections":[{"type":"USA_SOCIAL_SECURITY_NUMBER","count":1,"occurrences":{"cells":null,"lineRanges":[{"start":1,"end":1,"startColumn":6}],"offsetRanges":null,"pages":null,"records":null},"matches":[{"line":1,"column":6,"offset":5,"length":11,"masked":"***-**-4399","keyword":"ssn","confidence":"high","fingerprint":"d8794bef5d4941cd135c5da9e28de683"}]}]}],"customDataIdentifiers":{"totalCount":0,"detections":[]}}}}', 1764000000000, 1764000000000, 1, NULL);
INSERT INTO object VALUES (2, 1, X'303032', X'', NULL, 1764000000000, 1);
INSERT INTO finding VALUES (2, 1, 'df99913c6a6e42b4cd6328bd8ae46452', 2, 3, 0, '{"schemaVersion":"1.0","id":"df99913c6a6e42b4cd6328bd8ae46452","type":"SensitiveData:File/Personal","category":"CLASSIFICATION","title":"The file contains personal information.","description":"The file contains 1 occurrence of personal information: US Social Security number.","severity":{"description":"High","score":3},"createdAt":"2026-11-26T06:13:47.615Z","updatedAt":"2026-11-26T06:13:47.615Z","count":1,"archived":false,"sample":false,"resourcesAffected":{"file":{"path":"002","extension":"","size":17,"lastModified":"2026-11-26T06:13:47.369Z","mode":"0644","embeddedFileDetails":null}},"classificationDetails":{"jobId":"e8bf26b1e764673cac44256d6c36240c","originType":"SENSITIVE_DATA_DISCOVERY_JOB","result":{"status":{"code":"COMPLETE","reason":null},"mimeType":"text/plain","sizeClassified":17,"additionalOccurrences":false,"sensitiveData":[{"category":"PERSONAL_INFORMATION","totalCount":1,"detections":[{"type":"USA_SOCIAL_SECURITY_NUMBER","count":1,"occurrences":{"cells":null,"lineRanges":[{"start":1,"end":1,"startColumn":6}],"offsetRanges":null,"pages":null,"records":null},"matches":[{"line":1,"column":6,"offset":5,"length":11,"masked":"***-**-4399","keyword":"ssn","confidence":"high","fingerprint":"4fa15e4500052d907f26084781aebe43"}]}]}],"customDataIdentifiers":{"totalCount":0,"detections":[]}}}}', 1764000000000, 1764000000000, 1, 1764000000000);
