package web

import "livinglab/shared/experiment"

// LabOf returns what the pages say about who runs the experiments; contact is
// the office's mail address. One deployment is one lab, so the experiment that
// opened last speaks for all.
func LabOf(experiments experiment.Set, contact string) Lab {
	all := experiments.All()
	if len(all) == 0 {
		return Lab{Contact: contact}
	}
	e := all[0]
	return Lab{Name: e.Lab.Name, URL: e.Lab.URL, Office: e.Mail.Office, Hours: e.Mail.Hours, Contact: contact}
}
