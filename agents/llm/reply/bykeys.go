package reply

import (
	"regexp"
	"strings"
)

// byKeys reads an object that no repair can read, as when its texts stand there without marks and hold commas: what lies between
// one key that was asked for and the next is the first one's value. Each key has to stand there once, where a key can stand: a
// word of prose with a colon behind it is none.
func (s shape) byKeys(text string) *parsed {
	text = strings.TrimRight(text, "` \t\r\n")
	if text == "" || !strings.ContainsRune("]}\"", rune(text[len(text)-1])) {
		return nil
	}
	keys := s.keys()
	names := strings.Join(keys, "|")
	marks := regexp.MustCompile(`(?:^ |[{,\n])\s*"?(`+names+`)"?\s*:|\s"(`+names+`)"\s*:`).FindAllStringSubmatchIndex(" "+text, -1)
	if len(marks) == 0 || len(marks) > len(keys) {
		return nil
	}
	fields := map[string]any{}
	for i, m := range marks {
		if m[2] < 0 {
			m[2], m[3] = m[4], m[5]
		}
		key, end := (" " + text)[m[2]:m[3]], len(text)+1
		if i+1 < len(marks) {
			end = marks[i+1][0] + 1
		}
		if _, twice := fields[key]; twice {
			return nil
		}
		value := strings.Trim((" " + text)[m[1]:end], " \t\r\n,")
		if i+1 == len(marks) {
			value = strings.TrimRight(strings.TrimSuffix(value, "}"), " \t\r\n,")
		}
		fields[key] = valueOf(key, value)
	}
	return &parsed{fields, "{}", "{}", true}
}

// valueOf reads a value as it is, or mended; a speech or a thought is text, whatever it looks like.
func valueOf(key, value string) any {
	if p := parseObject(`{"v":` + value + `}`); p != nil && len(p.fields) == 1 {
		if _, text := p.fields["v"].(string); text || key != keyText && key != keyThought {
			return p.fields["v"]
		}
	}
	return strings.Trim(value, `"`)
}
