package release

import (
	"strconv"
	"strings"
)

// Say is the figure as it is printed: "0.44", "<0.001", with a true minus sign; "" for one that is
// not shown.
func (f Figure) Say() string {
	if f.Value == nil {
		return ""
	}
	said := strings.Replace(f.plain(), "-", "−", 1)
	if f.Below {
		return "<" + said
	}
	return said
}

// plain is the value for programs.
func (f Figure) plain() string {
	if f.Value == nil {
		return ""
	}
	return strconv.FormatFloat(*f.Value, 'f', f.Decimals, 64)
}
