package plain

import "testing"

func TestDidYouMean(t *testing.T) {
	names := []string{"classic", "curvo-2025", "crossplay", "with"}
	for written, want := range map[string]string{
		"clasic": "classic", "Classic": "classic", "crosplay": "crossplay", "wiht": "with", "cur": "curvo-2025",
		"zzzzqqq": "", "oth": "", "": "", "something else": "",
	} {
		if want != "" {
			want = `; did you mean "` + want + `"?`
		}
		if got := DidYouMean(written, names); got != want {
			t.Errorf("%q: %q, wanted %q", written, got, want)
		}
	}
}
