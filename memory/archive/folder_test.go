package archive

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An import opens nothing that has no end, that is endless, or that lies outside its folder.
func TestSourceIsBounded(t *testing.T) {
	outer := t.TempDir()
	dir := filepath.Join(outer, "logs")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(dir, 0o755))
	must(os.WriteFile(filepath.Join(dir, "good.jsonl"), []byte("{}"), 0o600))
	must(os.WriteFile(filepath.Join(outer, "secret.jsonl"), []byte("{}"), 0o600))
	must(os.Symlink("good.jsonl", filepath.Join(dir, "inside.jsonl")))
	must(os.Symlink("../secret.jsonl", filepath.Join(dir, "outside.jsonl")))
	must(os.Symlink(outer, filepath.Join(dir, "up")))
	must(os.WriteFile(filepath.Join(dir, "huge.jsonl"), nil, 0o600))
	must(os.Truncate(filepath.Join(dir, "huge.jsonl"), largestSource+1)) // sparse
	pipes := makePipe(filepath.Join(dir, "pipe.jsonl")) == nil

	s, err := FolderAt(dir)
	must(err)
	defer s.Close()
	for name, want := range map[string]string{"good.jsonl": "", "inside.jsonl": "", "outside.jsonl": "escapes",
		"up/secret.jsonl": "escapes", "huge.jsonl": "MiB", "pipe.jsonl": "is a pipe"} {
		if name == "pipe.jsonl" && !pipes {
			continue
		}
		raw, err := fs.ReadFile(s, name)
		switch {
		case want == "" && (err != nil || string(raw) != "{}"):
			t.Errorf("%s: %q, %v", name, raw, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if pipes {
		if _, err := FolderAt(filepath.Join(dir, "pipe.jsonl")); err == nil || !strings.Contains(err.Error(), "pipe") {
			t.Error(err)
		}
	}
	if _, err := FolderAt(os.DevNull); err == nil || !strings.Contains(err.Error(), "is a device") {
		t.Error(err)
	}
	one, err := FolderAt(filepath.Join(dir, "outside.jsonl")) // named by the user
	must(err)
	defer one.Close()
	if raw, err := fs.ReadFile(one, "secret.jsonl"); err != nil || string(raw) != "{}" {
		t.Errorf("%q, %v", raw, err)
	}
	entries, err := fs.ReadDir(one, ".")
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// A file that grows while it is read ends at the bound.
func TestGrowingFileEnds(t *testing.T) {
	f, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := &bounded{File: f, name: "x", left: 10}
	if _, err := b.Read(make([]byte, 11)); err == nil {
		t.Error("read beyond the bound")
	}
}
