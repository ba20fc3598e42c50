package argocd

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/argoplan/argoplan/internal/fault"
)

// DefaultVersion is the Argo CD whose behaviour counts where no version is
// given.
const DefaultVersion = "3.4"

// Version is a minor version of Argo CD. What changes a render changes from
// minor to minor. The zero Version stands for DefaultVersion.
type Version struct{ major, minor int }

var (
	oldestVersion  = Version{2, 14}
	defaultVersion = Version{3, 4}
	versionForm    = regexp.MustCompile(`^v?(\d{1,4})\.(\d{1,4})(\.\d+)?([-+].*)?$`)
)

// NewVersion gives major.minor.
func NewVersion(major, minor int) Version { return Version{major, minor} }

// ParseVersion reads "3.4", "v3.4" or "3.4.2". A patch version counts as its
// minor version. A version that is older than all that argoplan knows is an
// error; a newer one counts as the newest it knows.
func ParseVersion(s string) (Version, error) {
	parts := versionForm.FindStringSubmatch(s)
	if parts == nil {
		return Version{}, unsupported(s)
	}
	// At most four digits each: Atoi can't fail.
	major, _ := strconv.Atoi(parts[1])
	minor, _ := strconv.Atoi(parts[2])
	v := Version{major, minor}
	if v.before(oldestVersion) {
		return Version{}, unsupported(s)
	}
	return v, nil
}

func unsupported(s string) error {
	return fault.WithHint(fmt.Errorf("expected an Argo CD version of %s or later, found %q", oldestVersion, s),
		"Write major.minor, such as %s. Argo CD shows its version in its sidebar and with: argocd version.", DefaultVersion)
}

// At says whether v is major.minor or later.
func (v Version) At(major, minor int) bool {
	if v == (Version{}) {
		v = defaultVersion
	}
	return !v.before(Version{major, minor})
}

func (v Version) before(other Version) bool {
	return v.major < other.major || v.major == other.major && v.minor < other.minor
}

// String gives "3.4".
func (v Version) String() string {
	if v == (Version{}) {
		return DefaultVersion
	}
	return fmt.Sprintf("%d.%d", v.major, v.minor)
}
