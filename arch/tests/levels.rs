//! Tables of cell levels: what is read, and what each fault of a file says.

use crosscut_arch::device::LevelState;
use crosscut_arch::from_toml;
use std::path::PathBuf;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("crosscut-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// Loads a machine beside a table of levels.
    fn load(&self, csv: &str, more: &str) -> Result<Vec<LevelState>, String> {
        std::fs::write(self.0.join("cells.csv"), csv).unwrap();
        let text =
            format!("extends = \"reram-64\"\n[device.reram]\nlevels = \"cells.csv\"\n{more}");
        let name = self.0.join("machine.toml").display().to_string();
        let arch = from_toml(&text, &name, &[]);
        let here = format!("{}/", self.0.display());
        match arch {
            Ok(arch) => {
                let p = &arch.device;
                let ends = [p.physics.levels[0], p.physics.levels[3]];
                assert_eq!(
                    (p.off_conductance_us, p.on_conductance_us),
                    (ends[0].mean_us, ends[1].mean_us)
                );
                Ok(p.physics.levels.clone())
            }
            Err(e) => Err(e.to_string().replace(&here, "")),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_table_is_read_beside_the_description() {
    let folder = Folder::new("levels-good");
    let levels = folder.load(
        "mean_us,sd_us\n0.5, 0.1\n\n10,0.5\n# half\n20,0\n30.5,1e-1\n",
        "",
    );
    let state = |mean_us, sd_us| LevelState { mean_us, sd_us };
    let want = [
        state(0.5, 0.1),
        state(10.0, 0.5),
        state(20.0, 0.0),
        state(30.5, 0.1),
    ];
    assert_eq!(levels.unwrap(), want);
}

#[test]
fn faults_of_a_table_name_line_and_column() {
    let folder = Folder::new("levels-bad");
    let head = "mean_us,sd_us\n";
    for (csv, wanted) in [
        ("", "the table has 0 levels"),
        ("mean,sd\n1,2\n", "cells.csv:1:1"),
        ("mean,sd\n1,2\n", "must be `mean_us,sd_us`"),
        ("mean_us,sd_us\n1,x\n2,0\n3,0\n4,0\n", "cells.csv:2:3"),
        (
            "mean_us,sd_us\n1,x\n2,0\n3,0\n4,0\n",
            "`x` is not a conductance in uS",
        ),
        ("mean_us,sd_us\n1,0\n2,0\n-3,0\n4,0\n", "cells.csv:4:1"),
        (
            "mean_us,sd_us\n1,0\n2,nan\n3,0\n4,0\n",
            "`nan` is not a conductance",
        ),
        (
            "mean_us,sd_us\n1,0\n3,0\n2,0\n4,0\n",
            "level 2 conducts no better than the one below",
        ),
        (
            "mean_us,sd_us\n1,0\n2,0,7\n3,0\n4,0\n",
            "3 values in a line of the table",
        ),
        (
            "mean_us,sd_us\n1,0\n2,0\n",
            "must be 4, two to the power of `cell_bits`",
        ),
    ] {
        let error = folder.load(csv, "").unwrap_err();
        assert!(error.contains(wanted), "{csv:?}: {error}");
    }
    let both = folder.load(
        &format!("{head}1,0\n2,0\n3,0\n4,0\n"),
        "programming.proportional = { sigma = 0.1, source = \"t\" }\n",
    );
    let error = both.unwrap_err();
    assert!(error.contains("give one of the two"), "{error}");
    let text = "extends = \"reram-64\"\n[device.reram]\nlevels = \"nowhere.csv\"\n";
    let error = from_toml(text, "m.toml", &[]).unwrap_err().to_string();
    assert!(
        error.contains("cannot read the table of levels `nowhere.csv`"),
        "{error}"
    );
    assert!(error.contains("m.toml:3:10"), "{error}");
}
