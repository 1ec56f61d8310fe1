package memory

import (
	"database/sql/driver"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// applicationID marks a file as ours, in its header: "TRNC".
const applicationID = 0x54524e43

// fresh is the version of a file that is not there or empty.
const fresh = -1

// migrations hold what each format added; the number of the last one is the format, PRAGMA user_version.
//
//go:embed migrations/*.sql
var migrations embed.FS

// notesSince is the format that brought the projection of notes.
const notesSince = 3

func migrationFiles() []string {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	return names // Glob sorts
}

// Format is the format of the files that this program writes, and the newest that it reads.
func Format() int { return len(migrationFiles()) }

// inspect reads the format from the file's header without SQLite, which would touch a file that is not ours.
func inspect(path string) (int, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fresh, nil
	case err != nil:
		return 0, fmt.Errorf("%s: can't be read: %w", path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return 0, fmt.Errorf("%s: %w: it is a folder; name a file with --db", path, ErrNotOurs)
	}
	var head [100]byte
	n, err := io.ReadFull(f, head[:])
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return fresh, nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return 0, fmt.Errorf("%s: can't be read: %w", path, err)
	}
	return readHeader(path, head, n)
}

// readHeader takes the application id and the format from where SQLite's file format puts them (bytes 68 and 60).
func readHeader(path string, head [100]byte, n int) (int, error) {
	if n < len(head) || string(head[:16]) != "SQLite format 3\x00" || binary.BigEndian.Uint32(head[68:]) != applicationID {
		return 0, fmt.Errorf("%s: %w; name another file with --db", path, ErrNotOurs)
	}
	return checkVersion(path, int(binary.BigEndian.Uint32(head[60:])))
}

func checkVersion(path string, version int) (int, error) {
	if version > Format() {
		return 0, fmt.Errorf("%s: %w (format %d, this one knows %d): use that program, or name another file with --db", path, ErrNewer,
			version, Format())
	}
	return version, nil
}

// prepare makes sure that there is a file of ours at the path, which it makes absolute. A new one is made beside it and linked
// into place when it is whole, so that nobody ever finds half a schema.
func prepare(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	version, err := inspect(path)
	if err != nil {
		return path, err
	}
	SweepLeftovers(filepath.Dir(path), filepath.Base(path)+".new-")
	if version != fresh {
		return path, nil
	}
	if _, err := os.Stat(path); err == nil {
		return path, nil // empty: migrate fills it in one transaction
	}
	f, err := os.CreateTemp(filepath.Dir(path), Unfinished(filepath.Base(path)+".new-"))
	if err != nil {
		return "", fmt.Errorf("%s: can't be created: is its folder there, and may it be written? %w", path, err)
	}
	made := f.Name()
	defer os.Remove(made)
	_ = f.Chmod(0o644)
	_ = f.Close()
	if err := create(made); err != nil {
		return "", explain(path, err)
	}
	if err := os.Link(made, path); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.Rename(made, path); err != nil { // a file system without links
			return "", explain(path, err)
		}
	}
	return path, nil
}

func create(path string) error {
	conn, err := openWriter(path)
	if err != nil {
		return err
	}
	return errors.Join(migrate(conn, path, silent{}), conn.Close())
}

// migrate brings the file to this program's format in one transaction, and adds the kinds and phases that it lacks.
func migrate(conn *sqlite3.SQLiteConn, path string, tell Teller) error {
	version, err := pragma(conn, "user_version")
	if err != nil {
		return err
	}
	if _, err := checkVersion(path, int(version)); err != nil {
		return err
	}
	known, err := namesKnown(conn, int(version))
	if err != nil || known && int(version) == Format() {
		return err
	}
	if err := run(conn, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err = upgrade(conn)
	if err == nil {
		err = run(conn, "COMMIT")
	}
	if err != nil {
		_ = run(conn, "ROLLBACK")
		return fmt.Errorf("migrate %s: %w", path, err)
	}
	if version > 0 && int(version) < Format() {
		tell.Tell("file migrated", "file", path, "from", version, "to", Format())
	}
	// The header is read without the write-ahead log, so it has to be in the file itself.
	return run(conn, "PRAGMA wal_checkpoint(TRUNCATE)")
}

// upgrade reads the version again, now that nobody else can write, and applies what is missing.
func upgrade(conn *sqlite3.SQLiteConn) error {
	version, err := pragma(conn, "user_version")
	if err != nil {
		return err
	}
	files := migrationFiles()
	for _, name := range files[min(int(version), len(files)):] {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		if err := run(conn, string(text)); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	if err := run(conn, addNames()); err != nil {
		return err
	}
	if version > 0 && version < notesSince { // games of before have notes too
		if err := run(conn, projectAll+`; INSERT INTO notes_text (notes_text) VALUES ('rebuild')`); err != nil {
			return err
		}
	}
	return run(conn, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(files)))
}

// addNames numbers the names that the file lacks after those that it has; a number once given stays.
func addNames() string {
	var b strings.Builder
	for _, k := range engine.Kinds() {
		fmt.Fprintf(&b, "INSERT OR IGNORE INTO kinds (name) VALUES ('%s');\n", k)
	}
	for _, p := range phases() {
		fmt.Fprintf(&b, "INSERT OR IGNORE INTO phases (name) VALUES ('%s');\n", p)
	}
	return b.String()
}

func phases() []engine.Phase {
	var out []engine.Phase
	for p := engine.Phase(0); ; p++ {
		if _, err := engine.ParsePhase(p.String()); err != nil {
			return out
		}
		out = append(out, p)
	}
}

func namesKnown(conn *sqlite3.SQLiteConn, version int) (bool, error) {
	if version == 0 {
		return false, nil
	}
	kinds, err := number(conn, "SELECT count(*) FROM kinds")
	if err != nil {
		return false, err
	}
	rooms, err := number(conn, "SELECT count(*) FROM phases")
	return kinds >= int64(len(engine.Kinds())) && rooms >= int64(len(phases())), err
}

func pragma(conn *sqlite3.SQLiteConn, name string) (int64, error) {
	return number(conn, "PRAGMA "+name)
}

func number(conn *sqlite3.SQLiteConn, query string) (int64, error) {
	rows, err := conn.Query(query, nil)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	one := make([]driver.Value, 1)
	if err := rows.Next(one); err != nil {
		return 0, err
	}
	n, ok := one[0].(int64)
	if !ok {
		return 0, fmt.Errorf("%s: got %v", query, one[0])
	}
	return n, nil
}

func run(conn *sqlite3.SQLiteConn, query string) error {
	_, err := conn.Exec(query, nil)
	return err
}
