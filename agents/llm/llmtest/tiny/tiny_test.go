package tiny

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"testing"
)

func TestWriteIsTheSameEachTime(t *testing.T) {
	sum := func(seed uint64) string {
		var b bytes.Buffer
		if err := write(&b, seed); err != nil {
			t.Fatal(err)
		}
		if b.Len() < 400<<10 || b.Len() > 600<<10 {
			t.Errorf("the model has %d bytes", b.Len())
		}
		return fmt.Sprintf("%x", sha256.Sum256(b.Bytes()))
	}
	if first, again := sum(1), sum(1); first != again {
		t.Error("one seed gave two files")
	}
	if sum(1) == sum(2) {
		t.Error("two seeds gave one file")
	}
}

func TestStart(t *testing.T) {
	host := Start(t)
	resp, err := http.Get(host + "/api/tags")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tiny-a:latest", "tiny-b:latest"} {
		if !bytes.Contains(b.Bytes(), []byte(name)) {
			t.Errorf("the server has no %s: %s", name, b.Bytes())
		}
	}
}
